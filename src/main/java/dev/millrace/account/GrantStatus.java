package dev.millrace.account;

import java.util.Locale;

/** Whether Google still honours what the user granted. */
public enum GrantStatus {
  ACTIVE,
  /** Only the user can heal it, by connecting again. */
  NEEDS_REAUTH,
  /** The user wanted it so. */
  DISCONNECTED;

  public String sql() {
    return name().toLowerCase(Locale.ROOT);
  }

  static GrantStatus of(String sql) {
    return valueOf(sql.toUpperCase(Locale.ROOT));
  }
}
