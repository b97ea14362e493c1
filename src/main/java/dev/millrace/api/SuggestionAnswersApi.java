package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.suggestion.Answered;
import dev.millrace.suggestion.SuggestionAnswers;
import dev.millrace.suggestion.SuggestionConfirmation;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * What a user says to suggestions, as {@code routes/http/suggestions.camel.yaml} calls it. Another
 * user's suggestion is as unknown as one that never was.
 */
@Component
public class SuggestionAnswersApi {

  private static final String ID = "id";
  private static final String UNTIL = "until";
  private static final String MET = "met";
  private static final int LONGEST_ID = 100;

  /** Shorter ones might be over before they begin. */
  private static final Duration SHORTEST_SNOOZE = Duration.ofMinutes(1);

  private final SuggestionAnswers answers;
  private final SuggestionConfirmation confirmation;
  private final Clock clock;

  public SuggestionAnswersApi(
      SuggestionAnswers answers, SuggestionConfirmation confirmation, Clock clock) {
    this.answers = answers;
    this.confirmation = confirmation;
    this.clock = clock;
  }

  /** Agrees. */
  public Answered accept(UUID user, String id, String query) {
    new QueryString(query).only();
    return answers.accept(user, uuid(id));
  }

  /** Declines, or calls off. */
  public Answered dismiss(UUID user, String id, String query) {
    new QueryString(query).only();
    return answers.dismiss(user, uuid(id));
  }

  /** Puts off; the body may say until when. */
  public Answered snooze(UUID user, String id, String body, String query) {
    new QueryString(query).only();
    UUID suggestion = uuid(id);
    return answers.snooze(user, suggestion, until(body));
  }

  /** Says whether a meeting took place. */
  public SuggestionConfirmation.Outcome confirm(UUID user, String id, String body, String query) {
    new QueryString(query).only();
    UUID meeting = uuid(id);
    JsonNode met = JsonObject.of(body, "{\"met\":true}", List.of(MET)).field(MET);
    if (!met.isBoolean()) {
      throw JsonObject.invalid(
          MET, met.isMissingNode() ? null : met.toString(), "send true or false.", null);
    }
    SuggestionConfirmation.Outcome outcome = confirmation.confirm(user, meeting, met.asBoolean());
    if (outcome == SuggestionConfirmation.Outcome.UNKNOWN) {
      throw unknown(id);
    }
    return outcome;
  }

  /** What an answer came to. */
  public Map<String, Object> told(Answered answered, String id) {
    return switch (answered.outcome()) {
      case DONE, REPEATED -> shown(answered);
      case UNKNOWN -> throw unknown(id);
      case MOVED ->
          throw conflict(
                  "suggestion-moved",
                  "The time has changed; nothing was accepted. Accept the suggestion named here, if"
                      + " its time suits.")
              .with("suggestion", shown(answered))
              .asException();
      case TAKEN ->
          throw conflict(
                  "slot-taken",
                  "The time is not free any more, or its event is not then. Snooze or dismiss it; the list will have another"
                      + " time.")
              .asException();
      case GONE ->
          throw conflict(
                  "suggestion-closed",
                  "It cannot be answered like this any more; GET /api/suggestions lists what can.")
              .asException();
    };
  }

  /** What a confirmation came to. */
  public Map<String, Object> confirmed(SuggestionConfirmation.Outcome outcome, String id) {
    return switch (outcome) {
      case DONE, REPEATED ->
          Map.of(ID, id, "repeated", outcome == SuggestionConfirmation.Outcome.REPEATED);
      case EARLY ->
          throw conflict("not-over-yet", "The meeting is not over; say so once it is.")
              .asException();
      case OTHERWISE ->
          throw conflict("confirmed-otherwise", "You said the opposite before, and that stays.")
              .asException();
      case NOT_ACCEPTED ->
          throw conflict("not-accepted", "Only a meeting that was accepted can be confirmed.")
              .asException();
      case UNKNOWN -> throw unknown(id);
    };
  }

  private static Map<String, Object> shown(Answered answered) {
    Map<String, Object> shown = new LinkedHashMap<>();
    shown.put(ID, answered.suggestion());
    shown.put("names", answered.names());
    shown.put("start", DateTimeFormatter.ISO_INSTANT.format(answered.start()));
    shown.put("end", DateTimeFormatter.ISO_INSTANT.format(answered.end()));
    shown.put("repeated", answered.outcome() == Answered.Outcome.REPEATED);
    return shown;
  }

  private Instant until(String body) {
    if (body == null || body.isBlank()) {
      return null;
    }
    String example = "{\"until\":\"2026-01-31T12:00:00Z\"}";
    JsonNode sent = JsonObject.of(body, example, List.of(UNTIL)).field(UNTIL);
    if (sent.isMissingNode() || sent.isNull()) {
      return null;
    }
    String remedy =
        "send a time with its offset, such as 2026-01-31T12:00:00Z, that is ahead by a"
            + " minute at least and "
            + SuggestionAnswers.LONGEST_SNOOZE.toDays()
            + " days at most.";
    try {
      Instant until = OffsetDateTime.parse(sent.asText()).toInstant();
      Instant now = clock.instant();
      if (sent.isTextual()
          && !until.isBefore(now.plus(SHORTEST_SNOOZE))
          && !until.isAfter(now.plus(SuggestionAnswers.LONGEST_SNOOZE))) {
        return until;
      }
    } catch (DateTimeException e) {
      throw JsonObject.invalid(UNTIL, sent.asText(), remedy, e);
    }
    throw JsonObject.invalid(UNTIL, sent.asText(), remedy, null);
  }

  private static UUID uuid(String sent) {
    String id = new PathName(ID, sent, LONGEST_ID).text();
    try {
      UUID uuid = UUID.fromString(id);
      if (uuid.toString().equalsIgnoreCase(id)) {
        return uuid;
      }
    } catch (IllegalArgumentException e) {
      throw JsonObject.invalid(ID, id, "send the id of one of your suggestions, a UUID.", e);
    }
    throw JsonObject.invalid(ID, id, "send the id of one of your suggestions, a UUID.", null);
  }

  private static Problem conflict(String kind, String detail) {
    return Problem.of(HttpStatus.CONFLICT, detail).kind(kind);
  }

  private static ProblemException unknown(String id) {
    return Problem.invalid(
            HttpStatus.NOT_FOUND,
            new InvalidField(
                ID, id, "you have no such suggestion; GET /api/suggestions lists those you have."))
        .asException();
  }
}
