package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.GoogleConnections;
import dev.millrace.account.Integration;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.connection.DataType;
import org.springframework.transaction.support.TransactionOperations;

/** What becomes of an account when another comes, or nearly comes, in its place. */
class ReplacedAccountTest extends RunningConnect {

  @Autowired GoogleConnections connections;
  @Autowired TransactionOperations transaction;

  @Test
  void shouldNotReplaceTheAccountThatAnotherWindowConnectedMeanwhile() throws Exception {
    Way way = authorize(user, "calendar");
    String address = choose(way, person(0).email());

    CompletableFuture<String> outcome =
        transaction.execute(
            status -> {
              jdbc.sql("SELECT id FROM users WHERE id = :user FOR NO KEY UPDATE")
                  .param("user", user)
                  .query(UUID.class)
                  .single();
              CompletableFuture<String> back =
                  CompletableFuture.supplyAsync(() -> came(address, way.cookie()));
              await().until(this::somebodyWaits);
              jdbc.sql(
                      """
                      INSERT INTO google_connections
                        (user_id, integration, google_email, refresh_token_enc)
                      VALUES (:user, 'google_calendar', :email, '\\x01')""")
                  .param("user", user)
                  .param("email", person(2).email())
                  .update();
              return back;
            });

    assertThat(outcome.join()).isEqualTo("other_account");
    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(2).email());
  }

  @Test
  void shouldNotReplaceAnAccountByOneOfNobodyKnowsWhom() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    Way way = authorize(user, "calendar");
    String code = consent(way, person(2).email(), Set.of(calendarScope()), true);

    assertThat(back(callback("calendar", way.state(), code), way.cookie()))
        .isEqualTo("account_unknown");

    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(0).email());
    assertThat(SANDBOX.requests().count(Service.OAUTH, "/revoke"))
        .as("it may be the account that is connected")
        .isZero();
  }

  @Test
  void shouldRememberWhoseAccountItIsWhenGoogleStopsSayingSo() throws Exception {
    Way way = authorize(user, "calendar");
    String code = consent(way, person(0).email(), Set.of(calendarScope()), true);
    assertThat(back(callback("calendar", way.state(), code), way.cookie())).isEqualTo("connected");
    assertThat(status(user, "calendar").path("googleEmail").isNull()).isTrue();

    assertThat(connect(user, "calendar", person(0))).isEqualTo("connected");

    assertThat(status(user, "calendar").path("googleEmail").asText()).isEqualTo(person(0).email());
  }

  @Test
  void shouldEndAtGoogleWhatWasReplaced() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    Way way = authorize(user, "calendar", "?switchAccount=true");
    double before = counted("millrace.connect.revocations", "result", "revoked");

    assertThat(back(choose(way, person(2).email()), way.cookie())).isEqualTo("connected");

    assertThat(SANDBOX.grants().of(person(0).email())).isEmpty();
    assertThat(SANDBOX.grants().of(person(2).email())).isNotEmpty();
    assertThat(counted("millrace.connect.revocations", "result", "revoked")).isEqualTo(before + 1);
  }

  @Test
  void shouldKeepTheReplacedAccountAtGoogleWhileSomebodyNeedsIt() throws Exception {
    connect(user, "calendar", person(0));
    connect(user, "contacts", person(0));
    awaitSync(user, "google_contacts");
    Way way = authorize(user, "calendar", "?switchAccount=true");

    assertThat(back(choose(way, person(2).email()), way.cookie())).isEqualTo("connected");

    assertThat(SANDBOX.requests().count(Service.OAUTH, "/revoke")).isZero();
    assertThat(SANDBOX.grants().of(person(0).email())).isNotEmpty();
  }

  @Test
  void shouldEndAtGoogleWhatWasGrantedForNothing() throws Exception {
    connect(user, "calendar", person(0));
    assertThat(connect(user, "calendar", person(2))).isEqualTo("other_account");
    assertThat(SANDBOX.grants().of(person(2).email())).isEmpty();
    assertThat(SANDBOX.grants().of(person(0).email())).isNotEmpty();

    Way way = authorize(user, "contacts");
    String code = consent(way, person(3).email(), Set.of("openid", "email"), true);
    assertThat(back(callback("contacts", way.state(), code), way.cookie()))
        .isEqualTo("scope_missing");
    assertThat(SANDBOX.grants().of(person(3).email())).isEmpty();
  }

  @Test
  void shouldPlanAnewWithoutTheCalendarsOfTheReplacedAccount() throws Exception {
    connect(user, "calendar", person(0));
    awaitSync(user, "google_calendar");
    awaitRegenerations(1);
    Way way = authorize(user, "calendar", "?switchAccount=true");
    long before = regenerations();
    assertThat(before).isPositive();
    // The job that waits would stand for this one, and no sync of the new account may add another.
    plain.delete("bull:suggestion-regeneration:de:sugg-regen:" + user);
    SANDBOX.faults().add(Fault.serverError(Service.CALENDAR, 503).times(100));

    assertThat(back(choose(way, person(2).email()), way.cookie())).isEqualTo("connected");

    awaitRegenerations(before + 1);
  }

  @Test
  void shouldNotRevokeWhatWasConnectedAgainMeanwhile() throws Exception {
    connect(user, "calendar", person(0));
    UUID id = connections.find(user, Integration.GOOGLE_CALENDAR).orElseThrow().id();

    assertThat(connections.sharesAccount(id)).as("it is live").isTrue();
    jdbc.sql("UPDATE google_connections SET google_email = NULL WHERE id = :id")
        .param("id", id)
        .update();
    assertThat(connections.sharesAccount(id)).as("whosever it is").isTrue();
    connections.disconnect(id);
    assertThat(connections.sharesAccount(id)).isFalse();
  }

  private static String calendarScope() {
    return Integration.GOOGLE_CALENDAR.scope();
  }

  private void awaitRegenerations(long least) {
    await().untilAsserted(() -> assertThat(regenerations()).isGreaterThanOrEqualTo(least));
  }

  private long regenerations() {
    return plain.keys("bull:suggestion-regeneration:[0-9a-f]*").stream()
        .filter(key -> plain.type(key) == DataType.HASH)
        .map(key -> plain.opsForHash().get(key, "data"))
        .filter(data -> data != null && data.toString().contains(user.toString()))
        .count();
  }

  private String came(String address, String cookie) {
    try {
      return back(address, cookie);
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  private boolean somebodyWaits() {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                           WHERE datname = current_database() AND wait_event_type = 'Lock'
                             AND query LIKE 'SELECT id FROM users%')""")
        .query(Boolean.class)
        .single();
  }
}
