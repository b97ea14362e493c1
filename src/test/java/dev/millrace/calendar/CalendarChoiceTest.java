package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a choice of calendars leaves in the database, whatever comes of its jobs. */
class CalendarChoiceTest {

  private final CalendarWorld it = new CalendarWorld(Map.of());
  private final CalendarChoice choice = it.world.bean(CalendarChoice.class);
  private UUID primary;
  private UUID work;

  @BeforeEach
  void list() {
    it.world
        .sandbox
        .calendars()
        .createGenerated(it.person.email(), "work", "Work", ZoneId.of("UTC"));
    it.sync("initial");
    primary = it.primary();
    work =
        it.world
            .jdbc
            .sql("SELECT id FROM calendars WHERE google_id = 'work'")
            .query(UUID.class)
            .single();
  }

  @AfterEach
  void close() {
    it.close();
  }

  @Test
  void shouldReadAChosenCalendarSoonThoughItsJobWasNeverAdded() {
    choice.choose(it.user, it.connection, List.of(primary, work));

    assertThat(due()).isTrue();
  }

  @Test
  void shouldReadNothingMoreForAChoiceThatOnlyDrops() {
    choice.choose(it.user, it.connection, List.of(primary, work));
    it.sync("manual");
    assertThat(due()).isFalse();

    CalendarChoice.Change change = choice.choose(it.user, it.connection, List.of(work));

    assertThat(change.dropped()).containsExactly(primary);
    assertThat(due()).isFalse();
  }

  @Test
  void shouldAskAGoogleThatIsAwayOnceHoweverManyCalendarsAreDropped() {
    choice.choose(it.user, it.connection, List.of(primary, work));
    for (UUID calendar : List.of(primary, work)) {
      it.world
          .jdbc
          .sql(
              """
              INSERT INTO watch_channels (id, calendar_id, token_sha256, state, resource_id)
              VALUES (gen_random_uuid(), :id, '\\x00', 'active', 'resource')""")
          .param("id", calendar)
          .update();
    }
    it.world.sandbox.faults().add(Fault.serverError(Service.CALENDAR, 503).onPath("stop").times(9));

    it.world.bean(ChannelStop.class).stop(List.of(primary, work));

    assertThat(it.world.sandbox.requests().count(Service.CALENDAR, "stop")).isOne();
    assertThat(it.count("SELECT count(*) FROM watch_channels WHERE state = 'superseded'"))
        .as("left to the sweep")
        .isEqualTo(2);
  }

  private boolean due() {
    return !it.instant("SELECT next_sync_at AS at FROM sync_state").isAfter(it.now());
  }
}
