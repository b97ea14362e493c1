package dev.millrace.sandbox.google;

/** The credentials the application is expected to use. */
public record OAuthClient(String id, String secret) {

  @Override
  public String toString() {
    return "OAuthClient[id=" + id + "]";
  }
}
