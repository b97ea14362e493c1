package dev.millrace.calendar;

import dev.millrace.account.GoogleProperties;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The one question that is asked about events. Google binds a sync token to it: whatever is asked
 * along with a token must equal what was asked when the token was issued.
 */
@Component
class EventQuery {

  private final URI base;
  private final int pageSize;

  EventQuery(GoogleProperties google, CalendarSyncProperties settings) {
    this.base = google.calendarBase();
    this.pageSize = settings.pageSize();
  }

  /** Names the fixed parameters. A token with another name is worth nothing. */
  String fingerprint() {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(
                  fixed(UriComponentsBuilder.newInstance())
                      .build()
                      .getQuery()
                      .getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is part of every JVM", e);
    }
  }

  /** A page of all events in a window. */
  URI full(String googleId, Window window, String pageToken) {
    return uri(
        googleId,
        pageToken,
        Map.of("timeMin", window.start().toString(), "timeMax", window.end().toString()));
  }

  /** A page of what changed since the token; {@code timeMin} and {@code timeMax} are forbidden. */
  URI incremental(String googleId, String syncToken, String pageToken) {
    return uri(googleId, pageToken, Map.of("syncToken", syncToken));
  }

  private URI uri(String googleId, String pageToken, Map<String, String> parameters) {
    Map<String, String> values = new HashMap<>(parameters);
    if (!pageToken.isEmpty()) {
      values.put("pageToken", pageToken);
    }
    UriComponentsBuilder uri =
        fixed(UriComponentsBuilder.fromUri(base).path("/calendars/{calendar}/events"));
    values.keySet().stream().sorted().forEach(name -> uri.queryParam(name, "{" + name + "}"));
    values.put("calendar", googleId);
    // values hold + and #, which only strict encoding keeps apart from syntax
    return uri.encode().buildAndExpand(values).toUri();
  }

  /** No showDeleted: it must not be false beside a token, and true would fill a full read. */
  private UriComponentsBuilder fixed(UriComponentsBuilder uri) {
    return uri.queryParam("singleEvents", true).queryParam("maxResults", pageSize);
  }
}
