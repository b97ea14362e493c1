package dev.millrace.connect;

import org.springframework.http.ResponseCookie;
import org.springframework.stereotype.Component;

/**
 * Ties the way back to the browser that left: without it somebody could send a user the end of
 * somebody else's way. Each way has a cookie of its own, so two windows do not disturb each other.
 */
@Component
class ConnectCookie {

  private static final String PREFIX = "millrace-connect-";
  private static final int NAMED_BY = 12;

  private final ConnectAddresses addresses;

  ConnectCookie(ConnectAddresses addresses) {
    this.addresses = addresses;
  }

  /** The header that sets it for as long as the state lives. */
  String set(PendingConnect pending, String state, String nonce) {
    return cookie(pending, state, nonce).maxAge(PendingConnects.LIFETIME).build().toString();
  }

  /** The header that removes it. */
  String clear(PendingConnect pending, String state) {
    return cookie(pending, state, "").maxAge(0).build().toString();
  }

  private ResponseCookie.ResponseCookieBuilder cookie(
      PendingConnect pending, String state, String value) {
    return ResponseCookie.from(name(state), value)
        .httpOnly(true)
        .secure(addresses.secure())
        // Lax, because the browser comes from Google's page.
        .sameSite("Lax")
        .path(addresses.callbackPath(pending.integration()));
  }

  /**
   * What the browser that came back holds for this state; null = nothing.
   *
   * @param header {@code Cookie} as it was sent; null = none
   */
  String read(String header, String state) {
    if (header == null) {
      return null;
    }
    String wanted = name(state) + "=";
    for (String pair : header.split(";")) {
      if (pair.strip().startsWith(wanted)) {
        return pair.strip().substring(wanted.length());
      }
    }
    return null;
  }

  private static String name(String state) {
    return PREFIX + Secrets.hash(state).substring(0, NAMED_BY);
  }
}
