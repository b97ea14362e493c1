package dev.millrace.api;

import dev.millrace.calendar.HeardMessage;
import dev.millrace.calendar.PushMessage;
import dev.millrace.calendar.PushMessages;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What {@code routes/http/webhooks.camel.yaml} calls: Google's headers in, a status out. */
@Component
public class WebhooksApi {

  private static final String CHANNEL = "X-Goog-Channel-ID";
  private static final String NUMBER = "X-Goog-Message-Number";
  private static final String STATE = "X-Goog-Resource-State";
  private static final String RESOURCE = "X-Goog-Resource-ID";
  private static final String TOKEN = "X-Goog-Channel-Token";

  private static final int LONGEST_STATE = 50;
  private static final int LONGEST_RESOURCE = 256;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Answer HEARD = new Answer(200, Map.of(), null, null);
  private static final Logger LOG = LoggerFactory.getLogger(WebhooksApi.class);

  private final PushMessages messages;
  private final Answers answers;

  public WebhooksApi(PushMessages messages, Answers answers) {
    this.messages = messages;
    this.answers = answers;
  }

  /**
   * Reads the headers of a message; 400 names each that is missing or cannot be one of Google's.
   */
  public PushMessage message(
      @Header(CHANNEL) String channel,
      @Header(NUMBER) String number,
      @Header(STATE) String state,
      @Header(RESOURCE) String resource,
      @Header(TOKEN) String token) {
    List<InvalidField> wrong = new ArrayList<>();
    text(CHANNEL, channel, 64, wrong);
    text(STATE, state, LONGEST_STATE, wrong);
    text(RESOURCE, resource, LONGEST_RESOURCE, wrong);
    long parsed = number(number, wrong);
    if (!wrong.isEmpty()) {
      throw Problem.invalid(HttpStatus.BAD_REQUEST, wrong.toArray(InvalidField[]::new))
          .asException();
    }
    return new PushMessage(uuid(channel), parsed, state, resource, token);
  }

  /** The answer to a message that is dealt with. */
  public Answer answer(HeardMessage message) {
    return switch (message.verdict()) {
      // an error would gain nothing: repeating the message does not cure it
      case UNKNOWN_CHANNEL, BAD_TOKEN -> HEARD;
      default -> Answer.done();
    };
  }

  /** The answer to a message that could not be taken: Google is to send it again. */
  public Answer unavailable(Exception failure, @Header(Exchange.HTTP_PATH) String path) {
    messages.unavailable();
    LOG.warn("A push message is left to be repeated: {}", failure.toString());
    return answers.of(
        Problem.of(
                HttpStatus.SERVICE_UNAVAILABLE,
                "The message cannot be taken at the moment. Send it again later; the log has more.")
            .kind("push-unavailable")
            .retryAfter(PAUSE),
        path);
  }

  private static void text(String name, String value, int longest, List<InvalidField> wrong) {
    if (value == null || value.isBlank()) {
      wrong.add(new InvalidField(name, null, "it is missing; Google's messages always have it."));
    } else if (value.length() > longest) {
      wrong.add(new InvalidField(name, value, "it is longer than " + longest + " characters."));
    }
  }

  private static long number(String value, List<InvalidField> wrong) {
    if (value == null || value.isBlank()) {
      text(NUMBER, value, 0, wrong);
      return 0;
    }
    if (!value.strip().matches("[0-9]{1,18}")) {
      wrong.add(new InvalidField(NUMBER, value, "send a whole number from 0."));
      return 0;
    }
    return Long.parseLong(value.strip());
  }

  /** Ours are UUIDs in their usual form; any other id is nobody's. */
  private static UUID uuid(String channel) {
    try {
      UUID id = UUID.fromString(channel.strip());
      return id.toString().equalsIgnoreCase(channel.strip()) ? id : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
