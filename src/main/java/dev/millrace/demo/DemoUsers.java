package dev.millrace.demo;

import dev.millrace.account.Integration;
import dev.millrace.account.SyncStates;
import dev.millrace.account.TokenCipher;
import dev.millrace.job.SqlInstant;
import dev.millrace.sandbox.SandboxUser;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/**
 * Makes the sandbox's people users of this application, as if each had signed in, connected
 * calendar and contacts and verified a phone. Whoever is there already is left alone: what the user
 * or a job changed since stays.
 */
@Component
public class DemoUsers {

  private static final LocalTime DIGEST_TIME = LocalTime.of(9, 0);

  /** By then calendar and contacts are read, and there is something to tell. */
  private static final Duration FIRST_DIGEST = Duration.ofMinutes(2);

  private final JdbcClient jdbc;
  private final SyncStates syncStates;
  private final TokenCipher cipher;
  private final DemoContacts contacts;
  private final Clock clock;

  DemoUsers(
      JdbcClient jdbc,
      SyncStates syncStates,
      TokenCipher cipher,
      DemoContacts contacts,
      Clock clock) {
    this.jdbc = jdbc;
    this.contacts = contacts;
    this.syncStates = syncStates;
    this.cipher = cipher;
    this.clock = clock;
  }

  /**
   * Inserts who is missing; one transaction, so a person is there with everything or not at all.
   */
  @Transactional
  public void insert(List<SandboxUser> people) {
    for (SandboxUser person : people) {
      // The first person's digest is due at once, the others' on Sunday: nobody waits a week to see
      // one.
      insert(person, person == people.get(0));
    }
  }

  private void insert(SandboxUser person, boolean digestToday) {
    UUID id = stableId("user", person.email());
    int inserted =
        jdbc.sql(
                """
                INSERT INTO users (id, email, name, time_zone)
                VALUES (:id, :email, :name, :zone) ON CONFLICT DO NOTHING
                """)
            .param("id", id)
            .param("email", person.email())
            .param("name", person.name())
            .param("zone", person.zone().getId())
            .update();
    if (inserted == 0) {
      return;
    }
    jdbc.sql(
            """
            INSERT INTO user_phones (user_id, e164, verified_at)
            VALUES (:id, :phone, :now) ON CONFLICT DO NOTHING
            """)
        .param("id", id)
        .param("phone", person.phone())
        .param("now", SqlInstant.of(clock.instant()))
        .update();
    insertPreferences(id, person.zone(), digestToday);
    contacts.insert(id);
    connect(
        id,
        person,
        Integration.GOOGLE_CALENDAR,
        person.calendarRefreshToken(),
        person.calendarScopes());
    connect(
        id,
        person,
        Integration.GOOGLE_CONTACTS,
        person.contactsRefreshToken(),
        person.contactsScopes());
  }

  private void insertPreferences(UUID user, ZoneId zone, boolean digestToday) {
    Instant soon = clock.instant().plus(FIRST_DIGEST);
    LocalDate today = LocalDate.ofInstant(soon, zone);
    LocalDate date = digestToday ? today : today.with(TemporalAdjusters.next(DayOfWeek.SUNDAY));
    Instant at = digestToday ? soon : date.atTime(DIGEST_TIME).atZone(zone).toInstant();
    jdbc.sql(
            """
            INSERT INTO notification_preferences (user_id, next_digest_date, next_digest_at)
            VALUES (:id, :date, :at) ON CONFLICT DO NOTHING
            """)
        .param("id", user)
        .param("date", date)
        .param("at", SqlInstant.of(at))
        .update();
  }

  private void connect(
      UUID user,
      SandboxUser person,
      Integration integration,
      String refreshToken,
      Set<String> scopes) {
    UUID id = stableId(integration.sql(), person.email());
    jdbc.sql(
            """
            -- without an access token and due at once: the first token-refresh has something to do
            INSERT INTO google_connections (id, user_id, integration, google_email, scopes,
                refresh_token_enc, enc_key_id, next_refresh_at)
            VALUES (:id, :user, CAST(:integration AS integration), :email,
                :scopes, :token, :key, :now)
            ON CONFLICT DO NOTHING
            """)
        .param("id", id)
        .param("user", user)
        .param("integration", integration.sql())
        .param("email", person.email())
        .param("scopes", scopes.toArray(String[]::new))
        .param("token", cipher.encrypt(id, refreshToken))
        .param("key", cipher.keyId())
        .param("now", SqlInstant.of(clock.instant()))
        .update();
    syncStates.load(id, integration);
  }

  /** The same on every start, so that links and notes about a demo user stay valid. */
  static UUID stableId(String kind, String email) {
    return UUID.nameUUIDFromBytes(("demo:" + kind + ":" + email).getBytes(StandardCharsets.UTF_8));
  }
}
