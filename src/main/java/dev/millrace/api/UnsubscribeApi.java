package dev.millrace.api;

import dev.millrace.notification.Unsubscribing;
import dev.millrace.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** What {@code routes/http/unsubscribe.camel.yaml} calls. */
@Component
public class UnsubscribeApi {

  private final Unsubscribing unsubscribing;

  public UnsubscribeApi(Unsubscribing unsubscribing) {
    this.unsubscribing = unsubscribing;
  }

  /** Asks, whoever comes: programs that follow links in mails must change nothing, nor learn. */
  public Answer ask() {
    return page(HttpStatus.OK, UnsubscribePage.ASK);
  }

  /**
   * Switches e-mail off.
   *
   * @param query {@code token}, and nothing else
   * @return the user; null where the token is nobody's
   */
  public UUID stop(@Header(Exchange.HTTP_QUERY) String query) {
    return Optional.ofNullable(token(query)).flatMap(unsubscribing::stop).orElse(null);
  }

  /**
   * Says how it ended.
   *
   * @param user null where the token was nobody's
   */
  public Answer ended(UUID user) {
    return user == null
        ? page(HttpStatus.NOT_FOUND, UnsubscribePage.UNKNOWN)
        : page(HttpStatus.OK, UnsubscribePage.DONE);
  }

  private static String token(String query) {
    try {
      return new QueryString(query).only("token");
    } catch (ProblemException unreadable) {
      return null;
    }
  }

  private static Answer page(HttpStatus status, UnsubscribePage page) {
    return new Answer(
        status.value(),
        Map.of(),
        new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8).toString(),
        page.html());
  }
}
