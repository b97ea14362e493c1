package dev.millrace.calendar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Silence is healthy unless something happened that nobody was told of. */
class ProbeVerdictTest {

  private static final Duration SILENT = Duration.ofHours(49);

  private final CalendarWorld it = new CalendarWorld(Map.of());

  @BeforeEach
  void channelThatWasHeardOf() {
    it.add("standup", Duration.ofDays(20));
    it.sync("initial");
    it.world
        .jdbc
        .sql(
            """
            INSERT INTO watch_channels (id, calendar_id, token_sha256, state, created_at,
                                        expires_at, confirmed_at, last_message_at)
            VALUES (gen_random_uuid(), :calendar, '\\x00', 'active', :now, :expires, :now, :now)""")
        .param("calendar", it.primary())
        .param("now", SqlInstant.of(it.now()))
        .param("expires", SqlInstant.of(it.now().plus(Duration.ofDays(30))))
        .update();
  }

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldLeaveTheChannelOfAQuietCalendarAlone() {
    it.world.clock.advance(Duration.ofDays(10));

    CalendarSyncResult result = it.sync("probe");

    assertThat(health()).isEqualTo("quiet");
    assertThat(result.followUps().missed()).isEmpty();
    assertThat(it.count("SELECT interval_s FROM sync_state")).isEqualTo(12 * 3600);
    assertThat(it.world.counted("probe.verdicts", "verdict", "quiet")).isOne();
  }

  @Test
  void shouldReplaceTheChannelThatMissedAChangeAndPollMoreOftenUntilThen() {
    it.world.clock.advance(SILENT);
    it.add("planned while the channel was deaf", Duration.ofDays(2));
    it.world.clock.advance(Duration.ofMinutes(11));

    CalendarSyncResult result = it.sync("probe");

    assertThat(health()).isEqualTo("missed");
    assertThat(result.followUps().missed())
        .containsExactly(
            List.of(Map.of("calendarId", it.primary().toString(), "reason", "missed")));
    assertThat(result.followUps().renewals()).isEmpty();
    assertThat(it.count("SELECT interval_s FROM sync_state")).isEqualTo(4 * 3600);
    assertThat(it.sync("scheduled").followUps().missed()).as("should it get lost").hasSize(1);
  }

  @Test
  void shouldReplaceTheChannelThatMissedADeletion() {
    it.world.clock.advance(Duration.ofHours(1));
    String event = it.add("announced", Duration.ofDays(2));
    it.world
        .jdbc
        .sql("UPDATE watch_channels SET last_message_at = :now")
        .param("now", SqlInstant.of(it.now()))
        .update();
    it.world.clock.advance(Duration.ofSeconds(5));
    it.sync("webhook");
    it.world.clock.advance(SILENT);
    it.world.sandbox.calendars().delete(it.person.email(), "primary", event);
    it.world.clock.advance(Duration.ofMinutes(11));

    assertThat(it.sync("probe").followUps().missed()).hasSize(1);

    assertThat(health()).isEqualTo("missed");
  }

  @Test
  void shouldNotBlameAChannelForADeletionThatMayHaveBeenAnnounced() {
    it.world.clock.advance(Duration.ofHours(1));
    String event = it.add("announced", Duration.ofDays(2));
    it.sync("scheduled");
    it.world.clock.advance(Duration.ofHours(1));
    it.world.sandbox.calendars().delete(it.person.email(), "primary", event);
    it.world
        .jdbc
        .sql("UPDATE watch_channels SET last_message_at = :now")
        .param("now", SqlInstant.of(it.now()))
        .update();
    it.world.clock.advance(SILENT);

    it.sync("probe");

    assertThat(health()).isEqualTo("quiet");
  }

  @Test
  void shouldGiveTheMessageOfAChangeTenMinutesToArrive() {
    it.world.clock.advance(SILENT);
    it.add("planned just now", Duration.ofDays(2));
    it.world.clock.advance(Duration.ofMinutes(9));

    it.sync("probe");

    assertThat(health()).isEqualTo("quiet");
  }

  @Test
  void shouldNotBlameAChannelForWhatWasAnnounced() {
    it.world.clock.advance(Duration.ofDays(5));
    it.add("announced", Duration.ofDays(2));
    it.world
        .jdbc
        .sql("UPDATE watch_channels SET last_message_at = :now")
        .param("now", SqlInstant.of(it.now()))
        .update();
    it.world.clock.advance(SILENT);

    it.sync("scheduled");

    assertThat(health()).isEqualTo("quiet");
  }

  @Test
  void shouldSayNothingOfChannelsThatSpokeLatelyOrWereNeverConfirmed() {
    it.add("planned", Duration.ofDays(2));
    it.world.clock.advance(Duration.ofHours(47));
    assertThat(it.sync("probe").followUps().missed()).isEmpty();
    assertThat(health()).isEqualTo("ok");

    it.world.jdbc.sql("UPDATE watch_channels SET confirmed_at = NULL").update();
    it.world.clock.advance(Duration.ofHours(47));
    it.sync("probe");
    assertThat(health()).isEqualTo("ok");
  }

  @Test
  void shouldCountSilenceFromTheConfirmationWhereNoMessageEverCame() {
    it.world.jdbc.sql("UPDATE watch_channels SET last_message_at = NULL").update();
    it.world.clock.advance(SILENT);
    it.add("planned while the channel was deaf", Duration.ofDays(2));
    it.world.clock.advance(Duration.ofMinutes(11));

    assertThat(it.sync("scheduled").followUps().missed()).hasSize(1);
  }

  @Test
  void shouldJudgeOnlyWhatWasReadToItsEnd() {
    it.world.clock.advance(SILENT);
    Instant checked = it.instant("SELECT checked_at AS at FROM watch_channels");
    it.world
        .sandbox
        .faults()
        .add(
            dev.millrace.sandbox.http.Fault.serverError(
                dev.millrace.sandbox.http.Service.CALENDAR, 503));

    assertThat(it.sync("probe").failure()).isNotNull();

    assertThat(it.instant("SELECT checked_at AS at FROM watch_channels")).isEqualTo(checked);
  }

  private String health() {
    return it.text("SELECT health FROM watch_channels");
  }
}
