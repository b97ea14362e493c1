package dev.millrace.sms;

import dev.millrace.notification.GsmText;
import dev.millrace.notification.SpokenNames;
import dev.millrace.suggestion.Answered;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** What users are answered by text message, in at most three segments. */
final class ReplyTexts {

  static final String STOPPED =
      "You will get no more text messages from Millrace. Reply START to get them again.";

  static final String STARTED =
      "You will get text messages from Millrace again. Reply HELP for help, STOP to opt out.";

  /** To START or YES of somebody who gets messages anyway. */
  static final String NOTHING_TO_START =
      "You get text messages from Millrace. To agree to a suggestion reply with its number, such as"
          + " 1 YES.";

  static final String HELP =
      "Millrace tells you whom to meet and when. Reply with the number of a suggestion: 1 agrees,"
          + " 1 NO declines, 1 LATER asks again in a week. Reply STOP to opt out.";

  static final String NOT_UNDERSTOOD =
      "That was not understood. Reply with the number of one suggestion: 1 agrees, 1 NO declines,"
          + " 1 LATER asks again in a week. HELP for help, STOP to opt out.";

  static final String TOO_MANY =
      "You have sent too many messages within an hour. Please try again later. Reply STOP to opt"
          + " out.";

  static final String NO_LIST =
      "There is nothing to reply to yet. Suggestions come with your weekly message.";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("EEE MMM d, h:mm a", Locale.US);

  /** With names of this length every answer is one of three segments, even in UCS-2. */
  private static final int LONGEST_NAMES = 60;

  private ReplyTexts() {}

  static String noPosition(int position, int last) {
    return "There is no %d in your latest list; its numbers are 1 to %d.".formatted(position, last);
  }

  /** The answer to a reply that named a suggestion of the list. */
  static String of(Reply reply, Answered answered, ZoneId zone) {
    if (answered.outcome() == Answered.Outcome.UNKNOWN) {
      return "That suggestion is not there any more. Newer ones come with your next list.";
    }
    String names = shortened(GsmText.plain(SpokenNames.of(answered.names())));
    String time = GsmText.plain(TIME.format(answered.start().atZone(zone)));
    return switch (answered.outcome()) {
      case DONE -> done(reply, names, time);
      case REPEATED -> repeated(reply, names, time);
      case MOVED ->
          "The time with %s was moved to %s. Reply %d YES to agree to the new time."
              .formatted(names, time, reply.position());
      case TAKEN ->
          "%s is not free in your calendar any more, so meeting %s does not work then."
              .formatted(time, names);
      default ->
          "The suggestion to meet %s is closed.".formatted(names)
              + " Newer ones come with your next list.";
    };
  }

  private static String done(Reply reply, String names, String time) {
    return switch (reply.word()) {
      case ACCEPT, YES ->
          "Agreed: you meet %s on %s. Reply %d NO to call it off."
              .formatted(names, time, reply.position());
      case NO -> "OK, declined. %s will not be suggested for a while.".formatted(names);
      case LATER -> "OK, you will be asked about %s again in a week.".formatted(names);
    };
  }

  private static String repeated(Reply reply, String names, String time) {
    return switch (reply.word()) {
      case ACCEPT, YES -> "That is agreed already: %s on %s.".formatted(names, time);
      case NO -> "Meeting %s was declined already.".formatted(names);
      case LATER -> "You will be asked about %s again anyway.".formatted(names);
    };
  }

  private static String shortened(String names) {
    if (names.length() <= LONGEST_NAMES) {
      return names;
    }
    int end = LONGEST_NAMES - 3;
    // half a character would be none
    return names.substring(0, Character.isHighSurrogate(names.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }
}
