package dev.millrace.preference;

import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Lets one after the other work on a user's claim, and on a number: until the transaction ends.
 * Whoever needs both takes the user's first, and any row after them.
 */
@Component
class PhoneLocks {

  private final JdbcClient jdbc;

  PhoneLocks(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  void user(UUID user) {
    lock(user.toString(), 21);
  }

  void number(String e164) {
    lock(e164, 20);
  }

  private void lock(String name, int kind) {
    jdbc.sql("SELECT pg_advisory_xact_lock(hashtextextended(:name, :kind))")
        .param("name", name)
        .param("kind", kind)
        .query(rs -> {});
  }
}
