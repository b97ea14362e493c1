package dev.millrace.security;

import java.util.Arrays;
import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.http.HttpMethod;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** Whose each address is. The first that matches counts; what none names is nobody's. */
final class Doors {

  private static final PathPatternRequestMatcher.Builder PATHS =
      PathPatternRequestMatcher.withDefaults();

  /** Anybody's: browsers, Google, Twilio and mail programs come here, and bring their own proof. */
  static final RequestMatcher OPEN =
      new OrRequestMatcher(
          PATHS.matcher(HttpMethod.GET, "/api/calendar/oauth/callback"),
          PATHS.matcher(HttpMethod.GET, "/api/contacts/oauth/callback"),
          PATHS.matcher(HttpMethod.POST, "/api/webhooks/calendar"),
          PATHS.matcher(HttpMethod.POST, "/api/sms/webhook"),
          PATHS.matcher(HttpMethod.POST, "/api/sms/status"),
          PATHS.matcher(HttpMethod.GET, "/api/unsubscribe"),
          PATHS.matcher(HttpMethod.POST, "/api/unsubscribe"));

  /** A signed-in user's own. */
  static final RequestMatcher USERS =
      any(
          "/api/calendar/**",
          "/api/contacts/**",
          "/api/history",
          "/api/notices",
          "/api/preferences/**",
          "/api/suggestions/**",
          "/api/sync/**");

  /** The operator's: all the rest of the API. */
  static final RequestMatcher ADMIN =
      new OrRequestMatcher(PATHS.matcher("/api/**"), EndpointRequest.to("consumption"));

  private Doors() {}

  private static RequestMatcher any(String... paths) {
    return new OrRequestMatcher(Arrays.stream(paths).<RequestMatcher>map(PATHS::matcher).toList());
  }
}
