package dev.millrace.calendar;

import dev.millrace.setting.PublicBaseUrl;
import java.net.URI;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Where Google is to send its push messages. Google accepts nothing but HTTPS; without such a
 * public address calendars are only polled.
 */
@Component
class PushEndpoint {

  private final PublicBaseUrl publicBaseUrl;

  PushEndpoint(@Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl) {
    this.publicBaseUrl = publicBaseUrl;
  }

  boolean enabled() {
    return publicBaseUrl.secure();
  }

  URI address() {
    return URI.create(publicBaseUrl + "/api/webhooks/calendar");
  }
}
