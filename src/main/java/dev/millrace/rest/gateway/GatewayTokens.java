package dev.millrace.rest.gateway;

import dev.millrace.security.BearerToken;
import dev.millrace.setting.RefusedSetting;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** Who may do what: the two tokens, in the header {@code Authorization} or as {@code ?_token=}. */
final class GatewayTokens {

  private final BearerToken full;
  private final BearerToken reading;

  GatewayTokens(GatewayProperties properties) {
    String readOnly = properties.readOnlyToken().strip();
    if (!readOnly.isEmpty() && Objects.equals(readOnly, properties.token().strip())) {
      throw new RefusedSetting(
          "millrace.gateway.read-only-token is the same as millrace.gateway.token.",
          "Give it a value of its own, or unset it.");
    }
    this.full = new BearerToken(properties.token());
    this.reading = new BearerToken(readOnly);
  }

  /** Whether anybody at all may in. */
  boolean exist() {
    return full.exists() || reading.exists();
  }

  Access of(HttpServletRequest request) {
    String inQuery = new RawPath("", request.getQueryString()).token();
    if (full.isIn(request) || full.is(inQuery)) {
      return Access.FULL;
    }
    return reading.isIn(request) || reading.is(inQuery) ? Access.READ : Access.NONE;
  }
}
