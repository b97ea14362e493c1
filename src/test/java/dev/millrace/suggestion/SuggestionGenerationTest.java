package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.PermanentException;
import dev.millrace.job.Rows;
import dev.millrace.job.SkippedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SuggestionGenerationTest {

  private final TestClock clock = new TestClock("2026-03-02T06:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SuggestionGeneration generation;
  private UUID user;
  private UUID connection;
  private UUID calendar;

  @BeforeEach
  void start() {
    beans = JobBeans.of(clock, "dev.millrace.suggestion");
    rows = beans.rows();
    generation = beans.get(SuggestionGeneration.class);
    user = rows.user("ann@example.org", "UTC");
    connection = rows.connection(user, "google_calendar");
    rows.syncState(connection, clock.instant(), clock.instant());
    calendar = rows.calendar(connection);
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldOfferTheNextFreeTimeToTheMostOverdueContact() {
    rows.contact(user, "Monthly", "monthly", "2026-01-30T12:00:00Z");
    rows.contact(user, "Weekly", "weekly", "2026-01-01T12:00:00Z");
    rows.contact(user, "Just met", "weekly", "2026-03-01T12:00:00Z");
    rows.contact(user, "Never", "na", "2020-01-01T12:00:00Z");
    rows.busy(calendar, "2026-03-02T18:00:00Z", "2026-03-02T20:00:00Z");

    SuggestionGeneration.Generated generated = generation.forUser(unit());
    assertThat(generated.user()).isEqualTo(user);
    assertThat(generation.settle(generated))
        .containsEntry("created", 2)
        .containsEntry("dueContacts", 2);

    assertThat(offers())
        .containsExactly(
            "2026-03-02 20:00-21:00 Weekly pending", "2026-03-03 09:00-10:00 Monthly pending");
  }

  @Test
  void shouldPutCloseFriendsFirstAndAtMostTwoOnADay() {
    rows.contact(user, "Old", "daily", "2020-01-01T12:00:00Z");
    rows.contact(user, "Older", "daily", "2019-01-01T12:00:00Z");
    UUID friend = rows.contact(user, "Friend", "yearly", "2025-03-01T12:00:00Z");
    rows.add("UPDATE contacts SET close_friend = true WHERE id = :a", friend);

    generation.forUser(unit());

    assertThat(offers())
        .containsExactly(
            "2026-03-02 18:00-19:00 Friend pending",
            "2026-03-02 19:00-20:00 Old pending",
            "2026-03-03 09:00-10:00 Older pending");
  }

  @Test
  void shouldCountLocalDays() {
    rows.add("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = :a", user);
    // in Tokyo it is the 2nd of March, 15:00, and the meeting was on the 24th of February, 00:30
    rows.contact(user, "Six days", "weekly", "2026-02-23T15:30:00Z");
    rows.contact(user, "Seven days", "weekly", "2026-02-23T14:30:00Z");

    generation.forUser(unit());

    assertThat(offers()).singleElement().asString().contains("Seven days");
  }

  @Test
  void shouldChangeNothingTheSecondTime() {
    rows.contact(user, "Bob", "weekly", "2026-01-01T12:00:00Z");
    generation.forUser(unit());
    List<String> first = offers();

    SuggestionGeneration.Generated second = generation.forUser(unit());

    assertThat(second.result()).containsEntry("created", 0);
    assertThat(offers()).isEqualTo(first);
  }

  @Test
  void shouldNotOfferTwiceWhenItRunsTwiceAtOnce() {
    for (int contact = 0; contact < 15; contact++) {
      rows.contact(user, "Contact " + contact, "weekly", "2026-01-01T12:00:00Z");
    }

    List<CompletableFuture<Void>> runs = new ArrayList<>();
    for (int run = 0; run < 4; run++) {
      runs.add(
          CompletableFuture.runAsync(
              () -> assertThat(generation.forUser(unit()).skipped()).isIn(null, "full")));
    }
    runs.forEach(CompletableFuture::join);

    assertThat(offers()).hasSize(Suggestions.MOST_OPEN);
    assertThat(beans.texts("SELECT DISTINCT contact_id FROM suggestion_contacts"))
        .hasSize(Suggestions.MOST_OPEN);
    SuggestionGeneration.Generated full = generation.forUser(unit());
    assertThatThrownBy(() -> generation.settle(full))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("full");
  }

  @Test
  void shouldRatherOfferNothingThanTrustAStaleCalendar() {
    rows.contact(user, "Bob", "weekly", "2026-01-01T12:00:00Z");
    clock.advance(Duration.ofHours(49));

    assertThatThrownBy(() -> generation.forUser(unit()))
        .isInstanceOf(SkippedException.class)
        .hasMessageContaining("stale_calendar");
    assertThat(offers()).isEmpty();
  }

  @Test
  void shouldLeaveOutArchivedCoolingAndAgreedContacts() {
    UUID archived = rows.contact(user, "Archived", "weekly", "2026-01-01T12:00:00Z");
    rows.add(
        "UPDATE contacts SET archived_at = now(), archived_by = 'user' WHERE id = :a", archived);
    UUID cooling = rows.contact(user, "Cooling", "weekly", "2026-01-01T12:00:00Z");
    rows.add(
        "UPDATE contacts SET do_not_suggest_until = '2026-03-10T00:00:00Z' WHERE id = :a", cooling);
    UUID agreed = rows.contact(user, "Agreed", "weekly", "2026-01-01T12:00:00Z");
    UUID meeting = rows.suggestion(user, agreed, "2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z");
    rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", meeting);

    assertThat(generation.forUser(unit()).result()).containsEntry("created", 0);
  }

  @Test
  void shouldGoOnWithTheNextWhereTheDatabaseRefusesOne() {
    rows.contact(user, "Bob", "daily", "2026-01-01T12:00:00Z");
    UUID cy = rows.contact(user, "Cy", "weekly", "2026-01-01T12:00:00Z");
    rows.contact(user, "Di", "monthly", "2026-01-01T12:00:00Z");
    rows.add(
        """
        CREATE FUNCTION test_refuse_slot() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE 'slot' USING ERRCODE = 'exclusion_violation'; END $$;
        CREATE TRIGGER test_refuse_slot BEFORE INSERT ON suggestions FOR EACH ROW
          WHEN (NEW.slot_start = '2026-03-02T18:00:00Z') EXECUTE FUNCTION test_refuse_slot();
        CREATE FUNCTION test_refuse_contact() RETURNS trigger LANGUAGE plpgsql
          AS $$ BEGIN RAISE 'contact' USING ERRCODE = 'unique_violation'; END $$;
        CREATE TRIGGER test_refuse_contact BEFORE INSERT ON suggestion_contacts FOR EACH ROW
          WHEN (NEW.contact_id = '%s') EXECUTE FUNCTION test_refuse_contact()
        """
            .formatted(cy));
    try {
      assertThat(generation.forUser(unit()).result()).containsEntry("created", 2);
    } finally {
      rows.add("DROP FUNCTION test_refuse_slot() CASCADE");
      rows.add("DROP FUNCTION test_refuse_contact() CASCADE");
    }

    assertThat(offers())
        .containsExactly("2026-03-02 19:00-20:00 Bob pending", "2026-03-02 20:00-21:00 Di pending");
  }

  @Test
  void shouldFailForGoodForAUserWhoDoesNotExist() {
    assertThatThrownBy(() -> generation.forUser(Map.of("userId", UUID.randomUUID().toString())))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void shouldRefuseAUserIdThatIsNone() {
    assertThatThrownBy(() -> generation.forUser(Map.of("userId", "ann")))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("userId")
        .hasMessageContaining("UUID");
  }

  @Test
  void shouldPageThroughAllUsersWithAnActiveCalendar() {
    for (int more = 0; more < 6; more++) {
      rows.connection(rows.user("u" + more + "@example.org", "UTC"), "google_calendar");
    }
    UUID gone = rows.user("gone@example.org", "UTC");
    rows.connection(gone, "google_calendar");
    rows.add("UPDATE users SET deleted_at = now() WHERE id = :a", gone);
    rows.connection(rows.user("contacts@example.org", "UTC"), "google_contacts");

    List<Object> seen = new ArrayList<>();
    Map<String, Object> payload = Map.of("batchSize", 3);
    while (payload != null) {
      SuggestionGeneration.Page page = generation.page(payload);
      page.units().forEach(batch -> batch.forEach(unit -> seen.add(unit.get("userId"))));
      payload = page.next().isEmpty() ? null : page.next().getFirst();
    }

    assertThat(seen).hasSize(7).doesNotHaveDuplicates().doesNotContain(gone.toString());
  }

  @Test
  void shouldBeginWithTheFirstUserWhateverOffsetIsSent() {
    assertThat(generation.page(Map.of("batchSize", 50, "offset", 100)).result())
        .containsEntry("users", 1);
  }

  @Test
  void shouldRefuseABatchSizeThatIsAbsurd() {
    assertThatThrownBy(() -> generation.page(Map.of("batchSize", 0)))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("batchSize")
        .hasMessageContaining("1 to 500");
  }

  private Map<String, Object> unit() {
    return Map.of("userId", user.toString());
  }

  private List<String> offers() {
    return beans.texts(
        """
        SELECT to_char(s.slot_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI-')
               || to_char(s.slot_end AT TIME ZONE 'UTC', 'HH24:MI ') || c.name || ' ' || s.state
        FROM suggestions s JOIN suggestion_contacts sc ON sc.suggestion_id = s.id
        JOIN contacts c ON c.id = sc.contact_id
        WHERE s.state = 'pending' ORDER BY s.slot_start
        """);
  }
}
