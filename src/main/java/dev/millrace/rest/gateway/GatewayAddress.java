package dev.millrace.rest.gateway;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;

/** Which requests are the gateway's: {@code /redis} and all below it. */
final class GatewayAddress {

  static final String ROOT = "/redis";

  private GatewayAddress() {}

  static boolean is(HttpServletRequest request) {
    return below(request).isPresent();
  }

  /** What was asked for below the root, as it came over the wire. */
  static Optional<RawPath> below(HttpServletRequest request) {
    String uri = request.getRequestURI();
    String root = request.getContextPath() + ROOT;
    return uri.startsWith(root)
            && (uri.length() == root.length() || uri.charAt(root.length()) == '/')
        ? Optional.of(new RawPath(uri.substring(root.length()), request.getQueryString()))
        : Optional.empty();
  }

  /** Whether it asks for a stream of events, if what it asks for can be one. */
  static boolean wantsEvents(HttpServletRequest request) {
    String accept = request.getHeader("Accept");
    return accept != null
        && accept.contains("text/event-stream")
        && !request.getMethod().equals("HEAD");
  }
}
