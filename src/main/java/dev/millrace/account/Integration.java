package dev.millrace.account;

import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** What a user can connect, with the pace at which a local copy of it is renewed. */
public enum Integration {
  GOOGLE_CALENDAR(
      "calendar",
      new SyncPace(hours(4), hours(24), hours(1), hours(2)),
      // a push tells of changes within seconds; the poll only catches the dropped ones
      new SyncPace(hours(12), hours(24), hours(12), hours(2))),
  GOOGLE_CONTACTS("contacts", new SyncPace(hours(24), hours(72), hours(6), hours(1)), null);

  private static final String SCOPES = "https://www.googleapis.com/auth/";

  private final String word;
  private final SyncPace pace;
  private final SyncPace pushedPace;

  Integration(String word, SyncPace pace, SyncPace pushedPace) {
    this.word = word;
    this.pace = pace;
    this.pushedPace = pushedPace;
  }

  /** Whether what the user granted lets this be read; a wider scope does as well. */
  public boolean coveredBy(Collection<String> grantedScopes) {
    return grantedScopes.contains(scope()) || grantedScopes.contains(SCOPES + word);
  }

  /** What is asked of the user: reading, and nothing more. */
  public String scope() {
    return SCOPES + word + ".readonly";
  }

  /** What it is called in addresses: {@code calendar} or {@code contacts}. */
  public String word() {
    return word;
  }

  /** The one that is called so, in an address or as in the database. */
  public static Optional<Integration> named(String name) {
    return Arrays.stream(values())
        .filter(one -> one.word.equals(name) || one.sql().equals(name))
        .findFirst();
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
