package dev.millrace.routes;

import dev.millrace.job.Rows;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.MessageDigest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Sends what Google sends, and adds channels that it may be about. */
final class Pusher {

  static final String TOKEN = "the secret of the channel";
  static final String RESOURCE = "o3hgv1538sdjfh";

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final int port;
  private final JdbcClient jdbc;

  Pusher(int port, JdbcClient jdbc) {
    this.port = port;
    this.jdbc = jdbc;
  }

  /** A channel of a calendar, in any state. */
  UUID channel(UUID calendar, String state) throws Exception {
    return new Rows(jdbc)
        .add(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, expires_at,
                                        confirmed_at, resource_id)
            VALUES (:id, :a, :b, :c, now() + interval '6 days',
                    CASE WHEN :c <> 'pending' THEN now() END,
                    CASE WHEN :c <> 'pending' THEN 'o3hgv1538sdjfh' END)
            """,
            calendar,
            MessageDigest.getInstance("SHA-256").digest(TOKEN.getBytes()),
            state);
  }

  /** The headers of a message. */
  static Map<String, String> headers(Object channel, long number, String state) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("X-Goog-Channel-ID", channel.toString());
    headers.put("X-Goog-Message-Number", String.valueOf(number));
    headers.put("X-Goog-Resource-ID", RESOURCE);
    headers.put("X-Goog-Resource-State", state);
    headers.put("X-Goog-Resource-URI", "https://www.googleapis.com/calendar/v3/calendars/primary");
    headers.put("X-Goog-Channel-Token", TOKEN);
    return headers;
  }

  /** The status of the answer to a message about a change. */
  int exists(UUID channel, long number) throws Exception {
    return send(headers(channel, number, "exists")).statusCode();
  }

  HttpResponse<String> send(Map<String, String> headers) throws Exception {
    return send(headers, BodyPublishers.noBody());
  }

  HttpResponse<String> send(Map<String, String> headers, BodyPublisher body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/api/webhooks/calendar"))
            .POST(body);
    headers.forEach(request::setHeader);
    return HTTP.send(request.build(), BodyHandlers.ofString());
  }
}
