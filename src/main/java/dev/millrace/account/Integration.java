package dev.millrace.account;

import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;

/** What a user can connect, with the pace at which a local copy of it is renewed. */
public enum Integration {
  GOOGLE_CALENDAR(
      Set.of(
          "https://www.googleapis.com/auth/calendar.readonly",
          "https://www.googleapis.com/auth/calendar"),
      new SyncPace(hours(4), hours(24), hours(1), hours(2)),
      // a push tells of changes within seconds; the poll only catches the dropped ones
      new SyncPace(hours(12), hours(24), hours(12), hours(2))),
  GOOGLE_CONTACTS(
      Set.of(
          "https://www.googleapis.com/auth/contacts.readonly",
          "https://www.googleapis.com/auth/contacts"),
      new SyncPace(hours(24), hours(72), hours(6), hours(1)),
      null);

  private final Set<String> sufficientScopes;
  private final SyncPace pace;
  private final SyncPace pushedPace;

  Integration(Set<String> sufficientScopes, SyncPace pace, SyncPace pushedPace) {
    this.sufficientScopes = sufficientScopes;
    this.pace = pace;
    this.pushedPace = pushedPace;
  }

  /** Whether what the user granted lets this be read; a wider scope does as well. */
  public boolean coveredBy(Collection<String> grantedScopes) {
    return grantedScopes.stream().anyMatch(sufficientScopes::contains);
  }

  /**
   * @param pushed whether Google announces each change; never true of contacts, which have no push
   */
  public SyncPace pace(boolean pushed) {
    return pushed && pushedPace != null ? pushedPace : pace;
  }

  /** The value in the database and in metrics. */
  public String sql() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Integration of(String sql) {
    return valueOf(sql.toUpperCase(Locale.ROOT));
  }

  private static Duration hours(long hours) {
    return Duration.ofHours(hours);
  }
}
