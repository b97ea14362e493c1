package dev.millrace.connect;

import dev.millrace.account.Integration;
import java.util.UUID;

/**
 * A user on the way to Google and back.
 *
 * @param verifier PKCE's, without which the code is worth nothing
 * @param browserHash of what the cookie of the browser holds that left
 * @param switchAccount whether the user has confirmed that another account may replace the present
 */
record PendingConnect(
    UUID user,
    Integration integration,
    String verifier,
    String browserHash,
    boolean switchAccount) {

  @Override
  public String toString() {
    return "PendingConnect[user=" + user + ", integration=" + integration + "]";
  }
}
