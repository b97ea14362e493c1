package dev.millrace.calendar;

import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Where Google is to send its push messages. Google accepts nothing but HTTPS; without such a
 * public address calendars are only polled.
 */
@Component
class PushEndpoint {

  private final String publicBaseUrl;

  PushEndpoint(@Value("${app.public-base-url:}") String publicBaseUrl) {
    // with two slashes in the middle the address would be refused, and no message heard
    this.publicBaseUrl = publicBaseUrl.strip().replaceAll("/+$", "");
  }

  boolean enabled() {
    return publicBaseUrl.startsWith("https://");
  }

  URI address() {
    return URI.create(publicBaseUrl + "/api/webhooks/calendar");
  }
}
