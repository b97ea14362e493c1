package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.job.PermanentException;
import dev.millrace.sandbox.people.Contact;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContactsArchiveTest {

  private static final String LIVING =
      "SELECT count(*) FROM contacts WHERE archived_at IS NULL AND google_resource IS NOT NULL";

  private final ContactsWorld world = new ContactsWorld();

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldPutAwayWhomAReadOfEverythingDoesNotMeetAndKeepTheirHistory() {
    world.addMany(30);
    world.run();
    UUID gone = UUID.fromString(world.text("SELECT id FROM contacts WHERE name LIKE '%Number 7'"));
    world.rows.suggestion(world.user, gone, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    world.rows.add("UPDATE contacts SET notes = 'plays chess' WHERE id = :a", gone);
    deleteUnnoticed("Number 7");

    assertThat(world.runFully()).containsEntry("archived", 1).containsEntry("updated", 0);

    assertThat(
            world.text(
                "SELECT notes || '|' || archived_by FROM contacts WHERE archived_at IS NOT NULL"))
        .isEqualTo("plays chess|google_delete");
    assertThat(world.text("SELECT state || ' ' || dismiss_reason FROM suggestions"))
        .isEqualTo("dismissed contact_removed");
  }

  @Test
  void shouldNotCallOffWhatIsAgreedMeanwhile() {
    world.addMany(30);
    world.run();
    UUID gone = UUID.fromString(world.text("SELECT id FROM contacts WHERE name LIKE '%Number 7'"));
    UUID offer =
        world.rows.suggestion(world.user, gone, "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
    world.rows.add("UPDATE suggestions SET state = 'accepted' WHERE id = :a", offer);
    // as a statement sees it that began before the user agreed
    world.rows.add("UPDATE suggestion_contacts SET is_open = true WHERE suggestion_id = :a", offer);
    deleteUnnoticed("Number 7");

    assertThat(world.runFully()).containsEntry("archived", 1);

    assertThat(world.text("SELECT state FROM suggestions")).isEqualTo("accepted");
  }

  @Test
  void shouldLeaveAloneWhoWasEnteredByHand() {
    world.manual("Ada", "email", "ada@example.org");
    world.addMany(3);
    world.run();
    deleteUnnoticed("Number");

    assertThat(world.runFully()).containsEntry("archived", 3);
    assertThat(world.texts("SELECT name FROM contacts WHERE archived_at IS NULL"))
        .containsExactly("Ada");
  }

  /** Acceptance 25, second half. */
  @Test
  void shouldKeepAllContactsWhenGoogleSuddenlyListsNone() {
    world.addMany(400);
    world.run();
    String token = world.text("SELECT sync_token FROM contacts_sync");
    world.sandbox.contacts().pretendEmpty(world.person.email(), true);

    ContactsSyncResult stopped = world.attempt(Map.of("syncType", "full"), 0);

    assertThatThrownBy(() -> world.sync.settle(stopped))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("400 of 400")
        .hasMessageContaining("allowMassArchive");
    assertThat(world.text(LIVING)).isEqualTo("400");
    assertThat(world.text("SELECT sync_token FROM contacts_sync")).isEqualTo(token);
    assertThat(world.text("SELECT kind || ' ' || (detail->>'missing') FROM admin_alerts"))
        .isEqualTo("contacts_mass_archive 400");
    assertThat(world.text("SELECT result || ' ' || reason FROM sync_runs ORDER BY id DESC"))
        .isEqualTo("failure mass_archive_guard");
    assertThat(world.text("SELECT breaker || ' ' || failures FROM sync_state"))
        .as("nothing that a pause would heal")
        .isEqualTo("closed 0");
    assertThat(world.text("SELECT next_sync_at >= '2026-03-03T00:00:00Z' FROM sync_state"))
        .as("no sooner than usual")
        .isEqualTo("t");

    world.sandbox.contacts().pretendEmpty(world.person.email(), false);
    assertThat(world.runFully()).containsEntry("archived", 0);
    assertThat(world.text("SELECT closed_at IS NOT NULL FROM admin_alerts")).isEqualTo("t");
  }

  @Test
  void shouldNotBeDeceivedByStrangersWhoComeInsteadOfTheContacts() {
    world.addMany(30);
    world.run();
    world.clock.advance(Duration.ofMinutes(1));
    deleteUnnoticed("Number");
    for (int i = 0; i < 100; i++) {
      world.add(ContactDraft.named("Stranger", "Number " + i));
    }

    assertThat(world.attempt(Map.of("syncType", "full"), 0).failure())
        .hasMessageContaining("30 of 30");
    assertThat(world.text("SELECT count(*) FROM contacts WHERE archived_at IS NOT NULL"))
        .isEqualTo("0");
  }

  @Test
  void shouldNotMixStrangersOfAStoppedReadIntoMyContacts() {
    UUID mine = world.manual("Ada", "email", "stranger1@example.org");
    world.addMany(30);
    world.run();
    world.clock.advance(Duration.ofMinutes(1));
    deleteUnnoticed("Number");
    for (int i = 0; i < 1_100; i++) {
      world.add(ContactDraft.named("Stranger", "No " + i).emails("stranger" + i + "@example.org"));
    }

    assertThat(world.attempt(Map.of("syncType", "full"), 0).failure())
        .isInstanceOf(MassArchiveException.class);

    assertThat(world.text("SELECT count(*) FROM contacts WHERE archived_at IS NULL"))
        .as("30 of Google's and one entered by hand")
        .isEqualTo("31");
    assertThat(
            world.texts("SELECT id FROM contacts WHERE archived_at IS NULL AND source = 'manual'"))
        .containsExactly(mine.toString());

    world.sync.settle(world.attempt(Map.of("syncType", "full", "allowMassArchive", true), 0));
    assertThat(world.text(LIVING)).as("they were the user's after all").isEqualTo("1100");
  }

  @Test
  void shouldPutAwayHalfOfThemAndMostOfAHandful() {
    world.addMany(30);
    world.run();
    for (int i = 0; i < 15; i++) {
      deleteUnnoticed("Number " + i);
    }
    assertThat(world.runFully()).as("half is not more than half").containsEntry("archived", 15);

    for (int i = 15; i < 30; i++) {
      deleteUnnoticed("Number " + i);
    }
    assertThat(world.runFully()).as("15 may all be gone").containsEntry("archived", 15);
  }

  @Test
  void shouldArchiveMostWhenAnOperatorSaysSo() {
    world.addMany(40);
    world.run();
    deleteUnnoticed("Number");
    assertThat(world.attempt(Map.of("syncType", "full"), 0).failure()).isNotNull();

    Map<String, Object> result =
        world.sync.settle(world.attempt(Map.of("syncType", "full", "allowMassArchive", true), 0));

    assertThat(result).containsEntry("archived", 40);
    assertThat(world.text("SELECT closed_at IS NOT NULL FROM admin_alerts")).isEqualTo("t");
    assertThatThrownBy(() -> world.attempt(Map.of("allowMassArchive", "yes"), 0))
        .isInstanceOf(PermanentException.class)
        .hasMessageContaining("allowMassArchive");
  }

  @Test
  void shouldReadEverythingAgainAfterAStoppedRead() {
    world.addMany(40);
    world.run();
    world.sandbox.contacts().pretendEmpty(world.person.email(), true);
    world.clock.advance(Duration.ofDays(6));
    assertThat(world.attempt(0).failure()).isInstanceOf(MassArchiveException.class);
    assertThat(world.attempt(0).failure()).isInstanceOf(MassArchiveException.class);
    assertThat(world.text("SELECT count FROM admin_alerts")).isEqualTo("2");

    world.sandbox.contacts().pretendEmpty(world.person.email(), false);
    assertThat(world.run()).containsEntry("mode", "full").containsEntry("archived", 0);
  }

  /** So that no incremental read would tell of it: the sync token is forgotten, too. */
  private void deleteUnnoticed(String nameEnd) {
    List<Contact> all = world.sandbox.contacts().contacts(world.person.email());
    all.stream()
        .filter(
            contact ->
                nameEnd.equals("Number")
                    ? contact.content().familyName().startsWith(nameEnd)
                    : contact.content().familyName().equals(nameEnd))
        .forEach(
            contact ->
                world.sandbox.contacts().delete(world.person.email(), contact.resourceName()));
  }
}
