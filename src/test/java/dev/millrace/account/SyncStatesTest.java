package dev.millrace.account;

import static dev.millrace.account.Integration.GOOGLE_CALENDAR;
import static dev.millrace.account.Integration.GOOGLE_CONTACTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.World;
import dev.millrace.job.PermanentException;
import dev.millrace.job.SqlInstant;
import dev.millrace.job.WaitException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Schedule, breaker and lease of section "connection" that calendar and contacts share. */
class SyncStatesTest {

  private final World world = new World();
  private final SyncStates states = world.bean(SyncStates.class);
  private final UUID connection = world.connectCalendar(world.person(0)).connection();

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldComeBackWithinTwoHoursOnTheFirstDay() {
    succeed(SyncTrigger.INITIAL, true);

    assertThat(waits()).isBetween(Duration.ofMinutes(89), Duration.ofMinutes(135));
    assertThat(load().interval()).isEqualTo(Duration.ofHours(4));
  }

  @Test
  void shouldStretchTheIntervalAfterFiveQuietRunsAndNeverPastADay() {
    afterOnboarding();

    List<Duration> intervals =
        IntStream.range(0, 40)
            .mapToObj(
                i -> {
                  succeed(SyncTrigger.SCHEDULED, false);
                  return load().interval();
                })
            .toList();

    assertThat(intervals.subList(0, 4)).containsOnly(Duration.ofHours(4));
    assertThat(intervals.subList(4, 9)).containsOnly(Duration.ofHours(6));
    assertThat(intervals.get(9)).isEqualTo(Duration.ofHours(9));
    assertThat(intervals.getLast()).isEqualTo(Duration.ofHours(24));
    assertThat(waits()).isBetween(Duration.ofHours(18), Duration.ofHours(27));
  }

  @Test
  void shouldReturnToTheBaseAfterAnyChange() {
    afterOnboarding();
    IntStream.range(0, 12).forEach(i -> succeed(SyncTrigger.SCHEDULED, false));
    assertThat(load().interval()).isGreaterThan(Duration.ofHours(4));

    succeed(SyncTrigger.WEBHOOK, true);

    assertThat(load().interval()).isEqualTo(Duration.ofHours(4));
    assertThat(load().quietRuns()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"MANUAL", "PROBE", "WEBHOOK"})
  void shouldLearnNothingFromAQuietRunThatSomebodyAskedFor(SyncTrigger trigger) {
    afterOnboarding();

    IntStream.range(0, 10).forEach(i -> succeed(trigger, false));

    assertThat(load().interval()).isEqualTo(Duration.ofHours(4));
    assertThat(load().quietRuns()).isZero();
  }

  @Test
  void shouldPollRarelyWhileGoogleAnnouncesChanges() {
    afterOnboarding();

    SyncState before = load();
    try (Lease lease = lease()) {
      states.succeeded(lease, before, GOOGLE_CALENDAR, SyncTrigger.SCHEDULED, false, true);
    }

    assertThat(load().interval()).isEqualTo(Duration.ofHours(12));
  }

  @Test
  void shouldPollOftenAgainOnceASyncFindsThatPushIsGone() {
    afterOnboarding();
    try (Lease lease = lease()) {
      states.succeeded(lease, load(), GOOGLE_CALENDAR, SyncTrigger.SCHEDULED, false, true);

      states.succeeded(lease, load(), GOOGLE_CALENDAR, SyncTrigger.SCHEDULED, false, false);
    }

    assertThat(load().interval()).isEqualTo(Duration.ofHours(4));
    assertThat(load().quietRuns()).isZero();
  }

  @Test
  void shouldPaceContactsByTheirOwnTable() {
    assertThat(GOOGLE_CONTACTS.pace(true)).isEqualTo(GOOGLE_CONTACTS.pace(false));
    assertThat(GOOGLE_CONTACTS.pace(false))
        .isEqualTo(
            new SyncPace(
                Duration.ofHours(24),
                Duration.ofHours(72),
                Duration.ofHours(6),
                Duration.ofHours(1)));
  }

  @Test
  void shouldOpenTheBreakerAtTheThirdFailureAndDoubleItsTimeUpToADay() {
    fail();
    assertThat(waits()).isEqualTo(Duration.ofMinutes(5));
    fail();
    assertThat(load().breakerOpen()).isFalse();

    List<Duration> breaks =
        IntStream.range(0, 7)
            .mapToObj(
                i -> {
                  fail();
                  return Duration.between(world.clock.instant(), load().breakerRetryAt());
                })
            .toList();

    assertThat(breaks)
        .startsWith(Duration.ofHours(1), Duration.ofHours(2), Duration.ofHours(4))
        .endsWith(Duration.ofHours(24), Duration.ofHours(24));
    assertThat(waits()).isEqualTo(Duration.ofMinutes(5 * 256));
  }

  @Test
  void shouldAllowOneTrialAfterTheBreakersTimeAndCloseItBySuccess() {
    IntStream.range(0, 3).forEach(i -> fail());
    assertThat(load().blocks(SyncTrigger.SCHEDULED, world.clock.instant())).isTrue();
    assertThat(load().blocks(SyncTrigger.WEBHOOK, world.clock.instant())).isTrue();
    assertThat(load().blocks(SyncTrigger.MANUAL, world.clock.instant())).isFalse();
    assertThat(load().blocks(SyncTrigger.RECONNECT, world.clock.instant())).isFalse();

    world.clock.advance(Duration.ofHours(1));
    assertThat(load().blocks(SyncTrigger.SCHEDULED, world.clock.instant())).isFalse();
    succeed(SyncTrigger.SCHEDULED, false);

    assertThat(load().breakerOpen()).isFalse();
    assertThat(load().failures()).isZero();
  }

  @Test
  void shouldGiveTheLeaseToOneAtATime() {
    load();
    Lease first = states.lease(connection, Duration.ofMinutes(6));

    assertThatThrownBy(() -> states.lease(connection, Duration.ofMinutes(6)))
        .isInstanceOfSatisfying(
            WaitException.class,
            e -> {
              assertThat(e.reason()).isEqualTo("lease_held");
              assertThat(e.until()).isEqualTo(world.clock.instant().plusSeconds(30));
            });
    first.close();
    assertThatCode(() -> states.lease(connection, Duration.ofMinutes(6)).close())
        .doesNotThrowAnyException();
  }

  @Test
  void shouldStopWhoLostTheLease() {
    load();
    Lease slow = states.lease(connection, Duration.ofMinutes(6));
    world.clock.advance(Duration.ofMinutes(5));
    slow.renew();
    world.clock.advance(Duration.ofMinutes(5));
    slow.renew();
    world.clock.advance(Duration.ofMinutes(6));

    Lease next = states.lease(connection, Duration.ofMinutes(6));

    assertThatThrownBy(slow::renew)
        .isInstanceOfSatisfying(
            WaitException.class, e -> assertThat(e.reason()).isEqualTo("lease_lost"));
    slow.close();
    assertThatCode(next::renew).doesNotThrowAnyException();
  }

  @Test
  void shouldNotLetARunOfTheOldAccountPlanForTheNewOne() {
    SyncState before = load();
    Lease old = lease();
    states.forget(connection);
    load();
    world.clock.advance(Duration.ofMinutes(1));

    assertLost(
        () -> states.succeeded(old, before, GOOGLE_CALENDAR, SyncTrigger.MANUAL, true, true));
    assertLost(() -> states.failed(old, before));
    assertLost(() -> states.putOff(old, before));

    assertThat(waits()).as("still due").isNegative();
    assertThat(load().lastSuccessAt()).isNull();
    assertThat(load().failures()).isZero();
  }

  @Test
  void shouldNotHoldTheOldGrantsFailureAgainstAUserWhoConnectedAgain() {
    SyncState before = load();
    Lease old = lease();

    states.reset(connection);

    assertLost(() -> states.failed(old, before));
    assertThat(load().failures()).isZero();
    assertThat(waits()).isZero();
    assertThatCode(() -> lease().close()).doesNotThrowAnyException();
  }

  private static void assertLost(ThrowableAssert.ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOfSatisfying(
            WaitException.class, e -> assertThat(e.reason()).isEqualTo("lease_lost"));
  }

  @Test
  void shouldNameTheTriggersThereAre() {
    assertThat(SyncTrigger.of(null)).isEqualTo(SyncTrigger.SCHEDULED);
    assertThatThrownBy(() -> SyncTrigger.of("hourly"))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("hourly")
        .hasMessageContaining("webhook");
  }

  private void afterOnboarding() {
    load();
    world.clock.advance(Duration.ofHours(25));
  }

  private SyncState load() {
    return states.load(connection, GOOGLE_CALENDAR);
  }

  private void succeed(SyncTrigger trigger, boolean changed) {
    SyncState before = load();
    try (Lease lease = lease()) {
      states.succeeded(lease, before, GOOGLE_CALENDAR, trigger, changed, false);
    }
  }

  private void fail() {
    SyncState before = load();
    try (Lease lease = lease()) {
      states.failed(lease, before);
    }
  }

  private Lease lease() {
    return states.lease(connection, Duration.ofMinutes(6));
  }

  private Duration waits() {
    return Duration.between(
        world.clock.instant(),
        world
            .jdbc
            .sql("SELECT next_sync_at FROM sync_state WHERE connection_id = :id")
            .param("id", connection)
            .query((row, i) -> SqlInstant.read(row, "next_sync_at"))
            .single());
  }
}
