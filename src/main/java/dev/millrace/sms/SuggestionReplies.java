package dev.millrace.sms;

import dev.millrace.sms.InboundLedger.Done;
import dev.millrace.sms.InboundLedger.Offer;
import dev.millrace.suggestion.Answered;
import dev.millrace.suggestion.Answered.Outcome;
import dev.millrace.suggestion.SuggestionAnswers;
import java.util.Collections;
import java.util.Locale;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Does what a reply says about a suggestion of the latest list. */
@Component
class SuggestionReplies {

  private final SentLists lists;
  private final SuggestionAnswers answers;

  SuggestionReplies(SentLists lists, SuggestionAnswers answers) {
    this.lists = lists;
    this.answers = answers;
  }

  /** Answers it; what the text says has happened once the transaction ends. */
  Done reply(SmsSender sender, String number, Reply reply) {
    SentList list = lists.latest(sender.user(), number);
    if (list.message() == null) {
      return new Done("no_list", ReplyTexts.NO_LIST);
    }
    if (!list.has(reply.position())) {
      int last = Collections.max(list.suggestions().keySet());
      return new Done("no_position", ReplyTexts.noPosition(reply.position(), last));
    }
    Answered answered = answer(sender.user(), list, reply);
    boolean moved = answered.outcome() == Outcome.MOVED;
    return new Done(
        (reply.word() + "_" + answered.outcome()).toLowerCase(Locale.ROOT),
        ReplyTexts.of(reply, answered, sender.zone()),
        answered.outcome() == Outcome.DONE,
        moved ? new Offer(list.message(), reply.position(), answered.suggestion()) : null);
  }

  private Answered answer(UUID user, SentList list, Reply reply) {
    UUID listed = list.suggestions().get(reply.position());
    // what the user saw last by this number; a number alone is the one of the list
    UUID seen = list.offered().getOrDefault(reply.position(), listed);
    return switch (reply.word()) {
      case ACCEPT -> answers.accept(user, listed);
      case YES -> answers.accept(user, seen);
      case NO -> answers.dismiss(user, seen);
      case LATER -> answers.snooze(user, seen, null);
    };
  }
}
