package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.World;
import dev.millrace.World.Connected;
import dev.millrace.job.PermanentException;
import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.google.Scopes;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenRefreshTest {

  private static final Duration A_DAY_AND_A_BIT = Duration.ofHours(27);

  private final World world = new World();
  private final GoogleConnections connections = world.bean(GoogleConnections.class);

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldRefreshWhatIsDueAndComeBackInADay() {
    Connected due = world.connectCalendar(world.person(0));
    world.clock.advance(A_DAY_AND_A_BIT);

    TokenRefreshResult result = run(Map.of());

    assertThat(result).isEqualTo(new TokenRefreshResult(1, 1, 0, 0, 0, List.of(), null));
    GoogleConnection after = connections.find(due.connection()).orElseThrow();
    assertThat(after.tokenVersion()).isEqualTo(1);
    assertThat(after.accessExpiresAt())
        .isEqualTo(world.clock.instant().plusSeconds(3599).minusSeconds(60));
    assertThat(nextRefresh(due.connection()))
        .isBetween(
            world.clock.instant().plus(Duration.ofMinutes(21 * 60 + 35)),
            world.clock.instant().plus(Duration.ofMinutes(26 * 60 + 25)));
    assertThat(world.counted("token.refresh", "outcome", "refreshed")).isOne();
    assertThat(run(Map.of()).checked()).isZero();
  }

  @Test
  void shouldLeaveAloneWhatIsNotDue() {
    world.connectCalendar(world.person(0));

    assertThat(run(Map.of()).checked()).isZero();
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isZero();
  }

  @Test
  void shouldRefreshTheOneAnOperatorNames() {
    Connected one = world.connectCalendar(world.person(0));
    world.connectCalendar(world.person(1));

    TokenRefreshResult result = run(Map.of("connectionId", one.connection().toString()));

    assertThat(result.refreshed()).isOne();
    assertThat(connections.find(one.connection()).orElseThrow().tokenVersion()).isOne();
  }

  @Test
  void shouldRefuseAnIdThatIsNoneOrUnknown() {
    assertThatThrownBy(() -> run(Map.of("connectionId", "42")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("connectionId");
    assertThatThrownBy(() -> run(Map.of("connectionId", UUID.randomUUID().toString())))
        .isInstanceOf(PermanentException.class);
  }

  @Test
  void shouldGoThroughMoreChunksThanOne() {
    SandboxUser person = world.person(0);
    UUID template = world.connectCalendar(person).connection();
    byte[] sealed = connections.find(template).orElseThrow().refreshToken();
    TokenCipher cipher = world.bean(TokenCipher.class);
    String token = cipher.decrypt(template, sealed, "k1");
    IntStream.range(0, 450)
        .forEach(
            i -> {
              UUID user =
                  world
                      .jdbc
                      .sql("INSERT INTO users (email) VALUES (:email) RETURNING id")
                      .param("email", i + "@example.org")
                      .query(UUID.class)
                      .single();
              connections.connect(
                  user, Integration.GOOGLE_CALENDAR, person.email(), grant(token, person));
            });
    world.clock.advance(A_DAY_AND_A_BIT);

    assertThat(run(Map.of()).refreshed()).isEqualTo(451);
  }

  @Test
  void shouldNoteADeadGrantOnceAndAskForAReminder() {
    Connected revoked = world.connectCalendar(world.person(0));
    Connected alive = world.connectCalendar(world.person(1));
    run(Map.of("connectionId", revoked.connection().toString()));
    world.sandbox.grants().revoke(revoked.person().email());
    world.clock.advance(A_DAY_AND_A_BIT);

    TokenRefreshResult result = run(Map.of());

    assertThat(result.dead()).isOne();
    assertThat(result.refreshed()).isOne();
    assertThat(result.reminders())
        .containsExactly(List.of(Map.of("connectionId", revoked.connection().toString())));
    GoogleConnection dead = connections.find(revoked.connection()).orElseThrow();
    assertThat(dead.status()).isEqualTo(GrantStatus.NEEDS_REAUTH);
    assertThat(dead.statusReason()).isEqualTo("invalid_grant");
    assertThat(dead.accessToken()).isNull();
    assertThat(dead.refreshToken()).isNotNull();
    assertThat(world.status(alive.connection())).isEqualTo("active");
    told(revoked.connection());
    world.clock.advance(A_DAY_AND_A_BIT);
    assertThat(run(Map.of()).reminders()).isEmpty();
  }

  @Test
  void shouldTellTheUserLaterWhenTheFirstReminderWasLostOnItsWay() {
    Connected revoked = world.connectCalendar(world.person(0));
    world.sandbox.grants().revoke(revoked.person().email());
    world.clock.advance(A_DAY_AND_A_BIT);
    run(Map.of());
    assertThat(run(Map.of()).reminders()).as("on its way").isEmpty();
    world.clock.advance(Duration.ofHours(1));

    TokenRefreshResult later = run(Map.of());

    assertThat(later.checked()).isZero();
    assertThat(later.reminders())
        .containsExactly(List.of(Map.of("connectionId", revoked.connection().toString())));
    told(revoked.connection());
    assertThat(run(Map.of()).reminders()).isEmpty();
  }

  @Test
  void shouldRefreshAGrantWhoseTimeIsNotKnown() {
    Connected one = world.connectCalendar(world.person(0));
    world.jdbc.sql("UPDATE google_connections SET next_refresh_at = NULL").update();

    assertThat(run(Map.of()).refreshed()).isOne();
    assertThat(nextRefresh(one.connection())).isAfter(world.clock.instant());
    assertThat(run(Map.of()).checked()).isZero();
  }

  @Test
  void shouldRefreshAllOthersWhenOneStoredTokenIsBroken() {
    Connected broken = world.connectCalendar(world.person(0));
    IntStream.range(1, 6).forEach(i -> world.connectCalendar(world.person(i)));
    world
        .jdbc
        .sql(
            """
            UPDATE google_connections
            SET refresh_token_enc = '\\x01', next_refresh_at = next_refresh_at - interval '1h'
            WHERE id = :id""")
        .param("id", broken.connection())
        .update();
    world.clock.advance(A_DAY_AND_A_BIT);

    TokenRefreshResult result = run(Map.of());

    assertThat(result.refreshed()).isEqualTo(5);
    assertThat(alerts(world)).containsExactly("encryption_key_wrong");
    assertThat(world.status(broken.connection())).isEqualTo("active");
    assertThat(world.counted("token.refresh", "outcome", "unreadable")).isOne();
    world.clock.advance(Duration.ofHours(1));
    assertThat(run(Map.of()).failure()).as("it alone is due, and the key is right").isNull();
  }

  @Test
  void shouldRemindThoseWhoseGrantDiedBeforeGoogleStoppedTheSweep() {
    try (World one = new World(Map.of("millrace.token-refresh.parallel", "1"))) {
      Connected dead = one.connectCalendar(one.person(0));
      one.clock.advance(Duration.ofSeconds(1));
      Connected alive = one.connectCalendar(one.person(1));
      one.sandbox.grants().revoke(dead.person().email());
      one.sandbox.faults().add(Fault.slow(Service.OAUTH, Duration.ofMillis(1)));
      one.sandbox.faults().add(Fault.tooManyRequests(Service.OAUTH, Duration.ofSeconds(90)));
      one.clock.advance(A_DAY_AND_A_BIT);

      TokenRefreshResult stopped = one.bean(TokenRefresh.class).run(Map.of());

      assertThat(stopped.failure()).isInstanceOf(WaitException.class);
      assertThat(stopped.reminders())
          .containsExactly(List.of(Map.of("connectionId", dead.connection().toString())));
      assertThat(one.status(alive.connection())).isEqualTo("active");
    }
  }

  @Test
  void shouldFindBothGrantsOfAUserWhoRemovedTheAppDeadInOneSweep() {
    Connected calendar = world.connectCalendar(world.person(0));
    UUID contacts = connectContacts(world.person(0));
    world.sandbox.grants().revoke(calendar.person().email());
    world.clock.advance(A_DAY_AND_A_BIT);

    TokenRefreshResult result = run(Map.of());

    assertThat(result.dead()).isEqualTo(2);
    assertThat(result.reminders().getFirst())
        .containsExactlyInAnyOrder(
            Map.of("connectionId", calendar.connection().toString()),
            Map.of("connectionId", contacts.toString()));
  }

  @Test
  void shouldLeaveARefreshToTheProcessThatIsAtIt() {
    Connected one = world.connectCalendar(world.person(0));
    world.clock.advance(A_DAY_AND_A_BIT);
    world
        .jdbc
        .sql("UPDATE google_connections SET refresh_lease_until = :until")
        .param("until", SqlInstant.of(world.clock.instant().plusSeconds(20)))
        .update();

    assertThat(run(Map.of()).skipped()).isOne();
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isZero();
    world.clock.advance(Duration.ofSeconds(20));

    assertThat(run(Map.of()).refreshed()).as("that process died").isOne();
    assertThat(connections.find(one.connection()).orElseThrow().tokenVersion()).isOne();
  }

  @Test
  void shouldKeepEveryGrantThroughSixSweepsOfAnOutage() {
    Connected one = world.connectCalendar(world.person(0));
    Connected other = world.connectCalendar(world.person(1));
    world.sandbox.faults().add(Fault.serverError(Service.OAUTH, 503).times(100));
    world.clock.advance(A_DAY_AND_A_BIT);

    List<Integer> unavailable =
        IntStream.range(0, 6)
            .map(
                sweep -> {
                  TokenRefreshResult result = run(Map.of());
                  assertThat(result.reminders()).isEmpty();
                  world.clock.advance(Duration.ofHours(6));
                  return result.unavailable();
                })
            .boxed()
            .toList();

    assertThat(unavailable).containsOnly(2);
    assertThat(world.status(one.connection())).isEqualTo("active");
    assertThat(world.status(other.connection())).isEqualTo("active");
    assertThat(connections.find(one.connection()).orElseThrow().refreshFailures()).isEqualTo(6);
    assertThat(world.jdbc.sql("SELECT count(*) FROM notices").query(Integer.class).single())
        .isZero();
  }

  @Test
  void shouldWaitLongerAfterEachFailureButNeverPastSixHours() {
    Connected one = world.connectCalendar(world.person(0));
    world.sandbox.faults().add(Fault.cut(Service.OAUTH).times(100));
    world.clock.advance(A_DAY_AND_A_BIT);

    List<Duration> waits =
        IntStream.range(0, 9)
            .mapToObj(
                attempt -> {
                  run(Map.of());
                  Duration wait =
                      Duration.between(world.clock.instant(), nextRefresh(one.connection()));
                  world.clock.advance(wait);
                  return wait;
                })
            .toList();

    assertThat(waits)
        .startsWith(Duration.ofMinutes(5), Duration.ofMinutes(10), Duration.ofMinutes(20))
        .endsWith(Duration.ofHours(6), Duration.ofHours(6));
  }

  @Test
  void shouldPauseTheWholeSweepWhenGoogleAsksForIt() {
    Connected one = world.connectCalendar(world.person(0));
    world.sandbox.faults().add(Fault.tooManyRequests(Service.OAUTH, Duration.ofSeconds(90)));
    world.clock.advance(A_DAY_AND_A_BIT);

    assertThatThrownBy(() -> run(Map.of()))
        .isInstanceOfSatisfying(
            WaitException.class,
            wait -> assertThat(wait.until()).isEqualTo(world.clock.instant().plusSeconds(90)));

    GoogleConnection untouched = connections.find(one.connection()).orElseThrow();
    assertThat(untouched.refreshFailures()).isZero();
    assertThat(untouched.status()).isEqualTo(GrantStatus.ACTIVE);
  }

  @Test
  void shouldStopAndAlertWhenGoogleDoesNotAcceptThisApplication() {
    try (World broken = new World(Map.of("google.client-secret", "wrong"))) {
      IntStream.range(0, 10).forEach(i -> broken.connectCalendar(broken.person(i)));
      broken.clock.advance(A_DAY_AND_A_BIT);

      assertThatThrownBy(() -> run(broken, Map.of()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageContaining("google.client-secret")
          .hasMessageNotContaining("wrong");

      // those in flight end; none is started after the first refusal
      assertThat(broken.sandbox.requests().count(Service.OAUTH)).isLessThanOrEqualTo(4);
      assertThat(alerts(broken)).containsExactly("oauth_client_broken");
      assertThat(
              broken
                  .jdbc
                  .sql(
                      """
                      SELECT count(*) FROM google_connections
                      WHERE status = 'active' AND refresh_failures = 0""")
                  .query(Integer.class)
                  .single())
          .isEqualTo(10);
    }
  }

  @Test
  void shouldCloseTheAlertOnceGoogleAcceptsUsAgain() {
    world.connectCalendar(world.person(0));
    world.sandbox.faults().add(Fault.answer(Service.OAUTH, 401, "invalid_client"));
    world.clock.advance(A_DAY_AND_A_BIT);
    assertThatThrownBy(() -> run(Map.of())).isInstanceOf(ConfigurationException.class);
    assertThat(alerts(world)).containsExactly("oauth_client_broken");

    run(Map.of());

    assertThat(alerts(world)).isEmpty();
  }

  @Test
  void shouldStopAndAlertWhenTokensWereEncryptedWithAnotherKey() {
    Connected one = world.connectCalendar(world.person(0));
    world.jdbc.sql("UPDATE google_connections SET enc_key_id = 'k0'").update();
    world.clock.advance(A_DAY_AND_A_BIT);

    assertThatThrownBy(() -> run(Map.of()))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("millrace.encryption-key");

    assertThat(alerts(world)).containsExactly("encryption_key_wrong");
    assertThat(world.status(one.connection())).isEqualTo("active");
  }

  @Test
  void shouldAskTheUserBackWhenTheScopeIsGone() {
    Connected narrowed = world.connectCalendar(world.person(0));
    world
        .sandbox
        .grants()
        .setScopes(narrowed.person().calendarRefreshToken(), Set.of(Scopes.CONTACTS_READONLY));
    world.clock.advance(A_DAY_AND_A_BIT);

    TokenRefreshResult result = run(Map.of());

    assertThat(result.dead()).isOne();
    assertThat(result.reminders()).hasSize(1);
    GoogleConnection after = connections.find(narrowed.connection()).orElseThrow();
    assertThat(after.statusReason()).isEqualTo("scope_missing");
    assertThat(after.scopes()).containsExactly(Scopes.CONTACTS_READONLY);
    assertThat(after.accessToken()).isNull();
  }

  @Test
  void shouldKeepANewRefreshTokenAndTheOldOneWhenNoneComes() {
    Connected rotating = world.connectCalendar(world.person(0));
    String old = rotating.person().calendarRefreshToken();
    world.clock.advance(A_DAY_AND_A_BIT);
    run(Map.of());
    assertThat(refreshToken(rotating.connection())).isEqualTo(old);

    world.sandbox.grants().rotateAtNextRefresh(old);
    world.clock.advance(A_DAY_AND_A_BIT);
    run(Map.of());

    assertThat(refreshToken(rotating.connection())).isNotEqualTo(old).startsWith("1//");
    world.clock.advance(A_DAY_AND_A_BIT);
    assertThat(run(Map.of()).refreshed()).isOne();
  }

  @Test
  void shouldNotLoseTheGrantWhenTheUserConnectsAgainAndGoogleSendsNoRefreshToken() {
    Connected one = world.connectCalendar(world.person(0));

    connections.connect(
        one.user(), Integration.GOOGLE_CALENDAR, one.person().email(), grant(null, one.person()));

    assertThat(refreshToken(one.connection())).isEqualTo(one.person().calendarRefreshToken());
  }

  @Test
  void shouldAlertWhenMoreThanATenthOfManyFails() {
    IntStream.range(0, 10).forEach(i -> world.connectCalendar(world.person(i)));
    IntStream.range(0, 10).forEach(i -> connectContacts(world.person(i)));
    world.clock.advance(A_DAY_AND_A_BIT);
    world.sandbox.faults().add(Fault.serverError(Service.OAUTH, 500).times(3));

    assertThat(run(Map.of()).unavailable()).isEqualTo(3);

    assertThat(alerts(world)).containsExactly("token_refresh_failures");
    world.clock.advance(Duration.ofMinutes(6));
    assertThat(run(Map.of()).refreshed()).as("a small sweep").isEqualTo(3);
    assertThat(alerts(world)).as("it has healed").isEmpty();
  }

  @Test
  void shouldNotAlertWhenATenthFailsOrTheyAreFew() {
    IntStream.range(0, 10).forEach(i -> world.connectCalendar(world.person(i)));
    world.clock.advance(A_DAY_AND_A_BIT);
    world.sandbox.faults().add(Fault.serverError(Service.OAUTH, 500).times(3));
    run(Map.of());
    IntStream.range(0, 10).forEach(i -> connectContacts(world.person(i)));
    world.clock.advance(A_DAY_AND_A_BIT.plusHours(6));
    world.sandbox.faults().add(Fault.serverError(Service.OAUTH, 500).times(2));
    assertThat(run(Map.of()).checked()).isEqualTo(20);

    assertThat(alerts(world)).isEmpty();
  }

  @Test
  void shouldSuspectAnUnpublishedConsentScreenWhenGrantsDieAfterAWeek() {
    IntStream.range(0, 4).forEach(i -> world.connectCalendar(world.person(i)));
    world.clock.advance(Duration.ofDays(7).plusHours(1));
    IntStream.range(0, 3).forEach(i -> world.sandbox.grants().revoke(world.person(i).email()));

    run(Map.of());

    assertThat(alerts(world)).containsExactly("consent_screen_testing?");
    world.clock.advance(Duration.ofDays(3));
    run(Map.of());
    assertThat(alerts(world)).as("grants live longer now").isEmpty();
  }

  @Test
  void shouldShowConnectionsByStatus() {
    world.connectCalendar(world.person(0));
    world.connectCalendar(world.person(1));
    world.sandbox.grants().revoke(world.person(1).email());
    world.clock.advance(A_DAY_AND_A_BIT);

    run(Map.of());

    assertThat(gauge("active")).isOne();
    assertThat(gauge("needs_reauth")).isOne();
    assertThat(gauge("disconnected")).isZero();
  }

  @Test
  void shouldAnswerCountsAloneAsTheReturnValue() throws Exception {
    TokenRefreshResult result =
        new TokenRefreshResult(5, 1, 2, 1, 1, List.of(UUID.randomUUID(), UUID.randomUUID()), null);

    assertThat(new ObjectMapper().readTree(new ObjectMapper().writeValueAsString(result)))
        .isEqualTo(
            new ObjectMapper()
                .readTree(
                    "{\"checked\":5,\"refreshed\":1,\"dead\":2,\"transient\":1,\"skipped\":1}"));
  }

  /** As the route does. */
  private TokenRefreshResult run(Map<String, Object> data) {
    return run(world, data);
  }

  private static TokenRefreshResult run(World world, Map<String, Object> data) {
    TokenRefresh refresh = world.bean(TokenRefresh.class);
    return refresh.settle(refresh.run(data));
  }

  private UUID connectContacts(SandboxUser person) {
    UUID user =
        world
            .jdbc
            .sql("SELECT id FROM users WHERE email = :email")
            .param("email", person.email())
            .query(UUID.class)
            .single();
    return connections.connect(
        user,
        Integration.GOOGLE_CONTACTS,
        person.email(),
        new TokenGrant(
            "expired",
            Duration.ofSeconds(1),
            person.contactsRefreshToken(),
            null,
            List.copyOf(person.contactsScopes())));
  }

  private void told(UUID connection) {
    world
        .jdbc
        .sql(
            """
            INSERT INTO notices (user_id, kind, subject_key, opened_at)
            SELECT user_id, 'token_invalid', id::text, :now FROM google_connections
            WHERE id = :id""")
        .param("now", SqlInstant.of(world.clock.instant()))
        .param("id", connection)
        .update();
  }

  private static TokenGrant grant(String refreshToken, SandboxUser person) {
    return new TokenGrant(
        "expired", Duration.ofSeconds(1), refreshToken, null, List.copyOf(person.calendarScopes()));
  }

  private String refreshToken(UUID connection) {
    GoogleConnection row = connections.find(connection).orElseThrow();
    return world.bean(TokenCipher.class).decrypt(connection, row.refreshToken(), row.keyId());
  }

  private Instant nextRefresh(UUID connection) {
    return world
        .jdbc
        .sql("SELECT next_refresh_at FROM google_connections WHERE id = :id")
        .param("id", connection)
        .query((row, i) -> SqlInstant.read(row, "next_refresh_at"))
        .single();
  }

  private double gauge(String status) {
    return world
        .bean(io.micrometer.core.instrument.MeterRegistry.class)
        .get("connections")
        .tag("status", status)
        .gauge()
        .value();
  }

  private static List<String> alerts(World world) {
    return world
        .jdbc
        .sql("SELECT kind FROM admin_alerts WHERE closed_at IS NULL ORDER BY id")
        .query(String.class)
        .list();
  }
}
