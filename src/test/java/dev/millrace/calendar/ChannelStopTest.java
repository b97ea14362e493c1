package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class ChannelStopTest {

  private final CalendarWorld one = new CalendarWorld(Map.of());
  private final ChannelStop stop = one.world.bean(ChannelStop.class);
  private UUID calendar;

  @BeforeEach
  void open() {
    one.sync("initial");
    calendar = one.primary();
    one.world
        .bean(WatchRenewal.class)
        .renew(Map.of("calendarId", calendar.toString(), "reason", "connect"), 0);
  }

  @AfterEach
  void close() {
    one.close();
  }

  @Test
  void shouldLeaveNoChannelBehindWhenTheUserDisconnects() {
    assertThat(stop.stopAll(one.connection)).isEqualTo(1);

    assertThat(states()).containsExactly("stopped");
    assertThat(live()).isEmpty();
  }

  @Test
  void shouldLetTheUserDisconnectThoughGoogleIsAway() {
    another("superseded");
    one.world
        .sandbox
        .faults()
        .add(Fault.serverError(Service.CALENDAR, 503).onPath("stop").times(10));

    assertThat(stop.stopAll(one.connection)).isZero();

    assertThat(states()).as("their messages are ignored").containsOnly("failed");
    assertThat(one.world.sandbox.requests().count(Service.CALENDAR, "stop"))
        .as("the user does not wait for each of them")
        .isEqualTo(1);
  }

  @Test
  void shouldLetTheUserDisconnectThoughTheGrantIsDead() {
    one.world.sandbox.grants().revoke(one.person.email());
    one.world.clock.advance(Duration.ofHours(2));

    assertThat(stop.stopAll(one.connection)).isZero();

    assertThat(states()).containsExactly("failed");
  }

  @Test
  void shouldStopWhatItCanAmongChannelsThatGoogleNeverAnsweredFor() {
    one.world
        .jdbc
        .sql(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at)
            VALUES (gen_random_uuid(), :id, '\\x00', 'pending', '2026-03-01T00:00:00Z')
            """)
        .param("id", calendar)
        .update();

    assertThat(stop.stopAll(one.connection)).isEqualTo(1);

    assertThat(states()).containsExactly("failed", "stopped");
  }

  @Test
  void shouldStopTheChannelOfADeselectedCalendar() {
    assertThat(stop.stop(List.of(calendar))).isEqualTo(1);

    assertThat(states()).containsExactly("stopped");
    assertThat(live()).isEmpty();
  }

  @Test
  void shouldStopTheChannelOfACalendarThatIsGone() {
    one.world.bean(Calendars.class).remove(List.of(calendar));
    assertThat(states()).containsExactly("superseded");

    assertThat(one.world.bean(WatchRenewal.class).due()).isTrue();
    assertThat(one.world.bean(WatchRenewal.class).sweep().result()).containsEntry("stopped", 1);

    assertThat(states()).containsExactly("stopped");
    assertThat(live()).isEmpty();
  }

  @Test
  void shouldStopTheChannelOfADeselectedCalendarThoughACrashPreventedIt() {
    one.world.bean(Calendars.class).deselect(calendar);

    assertThat(one.world.bean(WatchRenewal.class).sweep().result()).containsEntry("stopped", 1);

    assertThat(live()).isEmpty();
  }

  @Test
  void shouldStopADeselectedCalendarsChannelLaterWhenGoogleIsBack() {
    one.world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("stop"));
    one.world.jdbc.sql("UPDATE calendars SET selected = false").update();

    assertThat(stop.stop(List.of(calendar))).isZero();
    assertThat(states()).containsExactly("superseded");

    assertThat(one.world.bean(WatchRenewal.class).sweep().result()).containsEntry("stopped", 1);
    assertThat(states()).containsExactly("stopped");
    assertThat(live()).isEmpty();
  }

  @Test
  @Timeout(90)
  void shouldNotKeepAUserWaitingForAGoogleThatHangs() {
    try (CalendarWorld hanging = new CalendarWorld(Map.of("google.read-timeout", "1h"))) {
      hanging.sync("initial");
      UUID dropped = hanging.primary();
      hanging
          .world
          .bean(WatchRenewal.class)
          .renew(Map.of("calendarId", dropped.toString(), "reason", "connect"), 0);
      hanging
          .world
          .sandbox
          .faults()
          .add(Fault.acceptThenSilence(Service.CALENDAR, Duration.ofHours(1)).onPath("stop"));

      assertThat(hanging.world.bean(ChannelStop.class).stop(List.of(dropped))).isZero();

      assertThat(hanging.text("SELECT state FROM watch_channels"))
          .as("left to the sweep")
          .isEqualTo("superseded");
    }
  }

  /**
   * Google knows the one no more in another way than it says; the other has to end all the same.
   */
  @Test
  void shouldStopTheOtherChannelsWhenGoogleRefusesOne() {
    another("superseded");
    one.world.sandbox.faults().add(Fault.answer(Service.CALENDAR, 400, "invalid").onPath("stop"));

    assertThat(stop.stopAll(one.connection)).isEqualTo(1);

    assertThat(one.world.sandbox.requests().count(Service.CALENDAR, "stop")).isEqualTo(2);
    assertThat(states()).containsExactlyInAnyOrder("failed", "stopped");
  }

  private void another(String state) {
    one.world
        .jdbc
        .sql(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, resource_id)
            VALUES (gen_random_uuid(), :id, '\\x00', :state, 'gone')
            """)
        .param("id", calendar)
        .param("state", state)
        .update();
  }

  private List<String> states() {
    return one.world
        .jdbc
        .sql("SELECT state FROM watch_channels ORDER BY state")
        .query(String.class)
        .list();
  }

  private List<String> live() {
    return one.world.sandbox.channels().live(one.person.email());
  }
}
