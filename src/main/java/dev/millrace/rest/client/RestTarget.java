package dev.millrace.rest.client;

/**
 * The server that is asked.
 *
 * @param url without a slash at its end
 * @param token opens it
 */
public record RestTarget(String url, String token) {

  /** Without the token. */
  @Override
  public String toString() {
    return url;
  }
}
