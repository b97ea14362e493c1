package dev.millrace.account;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.client.ResourceAccessException;
import org.springframework.web.client.RestClient;

/**
 * Reads Google's APIs on behalf of one connection.
 *
 * <p>It can only read: whatever a job does, it cannot change what a user keeps at Google. A token
 * goes to the configured addresses and nowhere else.
 */
@Component
public class GoogleApi {

  /** The limits by which jobs ask, as in {@code millrace.rate-limits}. */
  public static final String CALENDAR = "google-calendar-jobs";

  static final String PEOPLE = "google-people-jobs";

  private final RestClient http;
  private final TokenProvider tokens;
  private final Quota quota;
  private final List<URI> bases;
  private final GoogleAnswers answers;

  public GoogleApi(
      RestClient googleClient,
      GoogleProperties google,
      TokenProvider tokens,
      Quota quota,
      GoogleAnswers answers) {
    this.http = googleClient.mutate().requestInterceptor(new ReadOnly()).build();
    this.tokens = tokens;
    this.quota = quota;
    this.bases = List.of(google.calendarBase(), google.peopleBase());
    this.answers = answers;
  }

  /**
   * Reads one resource. A refused token is replaced once, and the request repeated once.
   *
   * @param operation Google's name of the call, e.g. {@code events.list}: for errors and metrics,
   *     which must not show an address, because addresses hold mail addresses and tokens
   * @throws UnauthorizedException if Google refuses a fresh token, too
   * @throws WaitException on 429, on 403 for a used-up quota, and when our own limit is used up
   * @throws GoogleRefusal on any other 4xx; 403, 404 and 410 have classes of their own
   * @throws GoogleUnavailableException on 408, 5xx, an I/O error or an unreadable answer
   * @throws DeadGrantException if there is no token to be had
   * @throws ConfigurationException if the API is not switched on for this application
   * @throws dev.millrace.job.PermanentException if the answer is longer than google.max-answer
   */
  public JsonNode get(UUID connectionId, String operation, URI uri) {
    return get(connectionId, operation, uri, answers::read);
  }

  /**
   * Reads one page of a list as {@link #get(UUID, String, URI)} does, but holds one element at a
   * time.
   *
   * @param list the field that holds the list
   * @param each gets the elements as they come. After an exception it got some of them
   * @return the page without its list
   */
  public JsonNode page(
      UUID connectionId, String operation, URI uri, String list, Consumer<JsonNode> each) {
    return get(
        connectionId, operation, uri, (name, answer) -> answers.page(name, answer, list, each));
  }

  private JsonNode get(UUID connectionId, String operation, URI uri, Reader reader) {
    if (bases.stream().noneMatch(base -> below(base, uri))) {
      throw new IllegalArgumentException(
          operation
              + ": "
              + uri.getHost()
              + " is not below google.calendar-base or google.people-base");
    }
    AccessToken token = tokens.get(connectionId);
    try {
      return read(connectionId, operation, uri, token, reader);
    } catch (UnauthorizedException e) {
      return read(connectionId, operation, uri, tokens.replace(connectionId, token), reader);
    }
  }

  private JsonNode read(
      UUID connectionId, String operation, URI uri, AccessToken token, Reader reader) {
    // a connection is one user's
    quota.take(GoogleAnswers.ofPeople(operation) ? PEOPLE : CALENDAR, connectionId.toString());
    try {
      return http.get()
          .uri(uri)
          .accept(MediaType.APPLICATION_JSON)
          .headers(headers -> headers.setBearerAuth(token.value()))
          .exchange((request, response) -> reader.read(operation, response));
    } catch (ResourceAccessException e) {
      throw answers.none(operation, e);
    }
  }

  private static boolean below(URI base, URI uri) {
    return base.getScheme().equals(uri.getScheme())
        && base.getAuthority().equals(uri.getAuthority())
        && uri.getPath().startsWith(base.getPath() + "/");
  }

  private interface Reader {
    JsonNode read(String operation, ClientHttpResponse answer) throws IOException;
  }
}
