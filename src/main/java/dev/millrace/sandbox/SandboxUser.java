package dev.millrace.sandbox;

import java.time.ZoneId;
import java.util.Set;

/**
 * A person with a Google account and a phone. The two grants are what the application would hold
 * after the person connected calendar and contacts; they are the same in every run with the same
 * seed.
 *
 * @param phone E.164, from ranges reserved for fiction
 */
public record SandboxUser(
    String email,
    String name,
    ZoneId zone,
    String phone,
    String calendarRefreshToken,
    Set<String> calendarScopes,
    String contactsRefreshToken,
    Set<String> contactsScopes) {

  @Override
  public String toString() {
    return "SandboxUser[email=" + email + ", zone=" + zone + "]";
  }
}
