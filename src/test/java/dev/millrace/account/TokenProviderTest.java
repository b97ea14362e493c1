package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.World;
import dev.millrace.World.Connected;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenProviderTest {

  private final World world = new World();
  private final TokenProvider tokens = world.bean(TokenProvider.class);
  private final GoogleConnections connections = world.bean(GoogleConnections.class);
  private final Connected one = world.connectCalendar(world.person(0));

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldAskGoogleOnlyWhenTheStoredTokenRunsOut() {
    AccessToken first = tokens.get(one.connection());
    world.clock.advance(Duration.ofMinutes(53));
    assertThat(tokens.get(one.connection())).isEqualTo(first);
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isOne();

    world.clock.advance(Duration.ofMinutes(1));

    assertThat(tokens.get(one.connection()).value()).isNotEqualTo(first.value());
    assertThat(tokens.get(one.connection(), Duration.ofMinutes(50)).version()).isEqualTo(2);
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isEqualTo(2);
  }

  @Test
  void shouldRefreshOnceForManyThatNeedTheTokenAtOnce() throws Exception {
    world.sandbox.faults().add(Fault.slow(Service.OAUTH, Duration.ofMillis(300)));
    Callable<String> ask = () -> tokens.get(one.connection()).value();

    List<Future<String>> answers;
    try (ExecutorService many = Executors.newFixedThreadPool(8)) {
      answers = many.invokeAll(IntStream.range(0, 8).mapToObj(i -> ask).toList());
    }

    assertThat(answers.stream().map(TokenProviderTest::value).collect(Collectors.toSet()))
        .hasSize(1);
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isOne();
  }

  @Test
  void shouldTakeTheTokenOfTheUserWhoConnectedAgainMeanwhile() throws Exception {
    world.sandbox.faults().add(Fault.slow(Service.OAUTH, Duration.ofSeconds(2)));
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<String> refreshing = other.submit(() -> tokens.get(one.connection()).value());
      // the turn is taken right before Google is asked
      awaitTurn();
      connections.connect(
          one.user(),
          Integration.GOOGLE_CALENDAR,
          one.person().email(),
          new TokenGrant(
              "fresh from the consent page",
              Duration.ofHours(1),
              null,
              null,
              List.copyOf(one.person().calendarScopes())));

      assertThat(refreshing.get()).isEqualTo("fresh from the consent page");
    }
    assertThat(connections.find(one.connection()).orElseThrow().tokenVersion()).isOne();
  }

  @Test
  void shouldNotKillAGrantThatWasRenewedWhileGoogleRefusedTheOldOne() throws Exception {
    String old = one.person().calendarRefreshToken();
    world.sandbox.grants().revokeGrant(old);
    String renewed =
        world
            .sandbox
            .grants()
            .issue(one.person().email(), one.person().calendarScopes())
            .refreshToken();
    world.sandbox.faults().add(Fault.slow(Service.OAUTH, Duration.ofSeconds(2)));
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<String> refreshing = other.submit(() -> tokens.get(one.connection()).value());
      awaitTurn();
      connections.connect(
          one.user(),
          Integration.GOOGLE_CALENDAR,
          one.person().email(),
          new TokenGrant(
              "fresh",
              Duration.ofHours(1),
              renewed,
              null,
              List.copyOf(one.person().calendarScopes())));

      assertThat(refreshing.get()).isEqualTo("fresh");
    }
    assertThat(world.status(one.connection())).isEqualTo("active");
  }

  @Test
  void shouldReplaceATokenThatGoogleRefusedOnlyIfNobodyElseDid() {
    AccessToken refused = tokens.get(one.connection());

    AccessToken replaced = tokens.replace(one.connection(), refused);
    AccessToken again = tokens.replace(one.connection(), refused);

    assertThat(replaced.value()).isNotEqualTo(refused.value());
    assertThat(again).isEqualTo(replaced);
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isEqualTo(2);
  }

  @Test
  void shouldDiscoverADeadGrantOnce() {
    world.sandbox.grants().revoke(one.person().email());

    assertThatThrownBy(() -> tokens.get(one.connection()))
        .isInstanceOfSatisfying(
            DeadGrantException.class,
            dead -> {
              assertThat(dead.discovered()).isTrue();
              assertThat(dead.reason()).isEqualTo("invalid_grant");
            });
    assertThatThrownBy(() -> tokens.get(one.connection()))
        .isInstanceOfSatisfying(
            DeadGrantException.class, dead -> assertThat(dead.discovered()).isFalse());
    assertThat(world.sandbox.requests().count(Service.OAUTH)).isOne();
  }

  @Test
  void shouldTellAnOutageFromAPauseFromARefusal() {
    world.sandbox.faults().add(Fault.serverError(Service.OAUTH, 503));
    assertThatThrownBy(() -> tokens.get(one.connection()))
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("http_503"));
    world.sandbox.faults().add(Fault.cut(Service.OAUTH));
    assertThatThrownBy(() -> tokens.get(one.connection()))
        .isInstanceOfSatisfying(
            GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("io"));
    world.sandbox.faults().add(Fault.tooManyRequests(Service.OAUTH, Duration.ZERO));
    assertThatThrownBy(() -> tokens.get(one.connection()))
        .isInstanceOfSatisfying(
            WaitException.class,
            e -> assertThat(e.until()).isEqualTo(world.clock.instant().plusSeconds(60)));
    world.sandbox.faults().add(Fault.answer(Service.OAUTH, 403, "admin_policy_enforced"));
    assertThatThrownBy(() -> tokens.get(one.connection()))
        .isInstanceOfSatisfying(
            DeadGrantException.class,
            e -> assertThat(e.reason()).isEqualTo("admin_policy_enforced"));
  }

  @Test
  void shouldNotWaitLongForGoogle() {
    try (World hasty = new World(Map.of("google.read-timeout", "100ms"))) {
      Connected other = hasty.connectCalendar(hasty.person(1));
      hasty.sandbox.faults().add(Fault.slow(Service.OAUTH, Duration.ofSeconds(3)));

      assertThatThrownBy(() -> hasty.bean(TokenProvider.class).get(other.connection()))
          .isInstanceOfSatisfying(
              GoogleUnavailableException.class, e -> assertThat(e.reason()).isEqualTo("io"));
    }
  }

  @Test
  void shouldShowNoTokenInAnyText() {
    AccessToken token = tokens.get(one.connection());

    assertThat(token.toString()).doesNotContain(token.value());
    assertThat(new TokenGrant("secret", Duration.ZERO, "secret", null, List.of()).toString())
        .doesNotContain("secret");
    assertThat(world.bean(GoogleProperties.class).toString())
        .doesNotContain(world.bean(GoogleProperties.class).clientSecret());
    assertThat(connections.find(one.connection()).orElseThrow().toString())
        .doesNotContain(one.person().calendarRefreshToken());
  }

  private void awaitTurn() {
    Awaitility.await()
        .until(
            () ->
                world
                        .jdbc
                        .sql(
                            """
                            SELECT count(*) FROM google_connections
                            WHERE refresh_lease_until IS NOT NULL""")
                        .query(Integer.class)
                        .single()
                    > 0);
    Awaitility.await().until(() -> world.sandbox.faults().pending().isEmpty());
  }

  private static String value(Future<String> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
