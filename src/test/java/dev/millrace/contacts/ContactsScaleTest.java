package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.people.Contact;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContactsScaleTest {

  private static final String CONNECTIONS = "/people/me/connections";
  private static final Set<String> ALWAYS = Set.of("personFields", "pageSize", "requestSyncToken");

  private final ContactsWorld world = new ContactsWorld();

  @AfterEach
  void stop() {
    world.close();
  }

  /**
   * B9: of more than one page of changes all but the first were lost. Acceptance 25, first half.
   */
  @Test
  void shouldLoseNoneOfTwoThousandFiveHundredChanges() {
    world.run();
    world.addMany(2_500);
    world.sandbox.requests().clear();

    assertThat(world.run())
        .containsEntry("mode", "incremental")
        .containsEntry("imported", 2_500)
        .containsEntry("pages", 3);

    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("2500");
    assertThat(world.requests(CONNECTIONS)).hasSize(3);
  }

  /** B9: without asking for a sync token every read was one of everything. */
  @Test
  void shouldReadOnlyWhatChangedDayByDay() {
    world.addMany(30);
    world.run();
    for (int day = 0; day < 5; day++) {
      world.clock.advance(Duration.ofDays(1));
      assertThat(world.run()).containsEntry("mode", "incremental").containsEntry("updated", 0);
    }
  }

  @Test
  void shouldNeedOneRequestForTenChanges() {
    world.addMany(200);
    world.run();
    List<Contact> known = world.sandbox.contacts().contacts(world.person.email());
    for (int i = 0; i < 10; i++) {
      world
          .sandbox
          .contacts()
          .update(
              world.person.email(),
              known.get(i).resourceName(),
              draft -> draft.organization("Engines"));
    }
    world.sandbox.requests().clear();

    assertThat(world.run()).containsEntry("updated", 10);

    assertThat(world.requests("")).singleElement().satisfies(r -> sent(r, "syncToken"));
    assertThat(world.text("SELECT api_calls FROM sync_runs ORDER BY id DESC")).isEqualTo("1");
  }

  @Test
  void shouldSendTheSameParametersWithEveryRequest() {
    world.addMany(1_001);
    world.run();
    world.addMany(1_001);
    world.run();

    List<LoggedRequest> requests = world.requests(CONNECTIONS);
    assertThat(requests).hasSize(4).allSatisfy(r -> assertThat(r.status()).isEqualTo(200));
    sent(requests.get(0));
    sent(requests.get(1), "pageToken");
    sent(requests.get(2), "syncToken");
    sent(requests.get(3), "syncToken", "pageToken");
    assertThat(requests.getFirst().query().get("personFields").toString())
        .contains("memberships", "metadata");
  }

  @Test
  void shouldCopyTenThousandContactsInTheSameFewStatementsAPage() {
    for (int i = 0; i < 10_000; i++) {
      world.add(
          ContactDraft.named("Contact", "Number " + i)
              .emails("c" + i + "@example.org")
              .phones("+1202" + (1_000_000 + i)));
    }
    long before = world.beans.statements();
    assertThat(world.run()).containsEntry("imported", 10_000).containsEntry("pages", 10);
    long ofTenPages = world.beans.statements() - before;

    assertThat(world.text("SELECT count(*) FROM contact_points")).isEqualTo("20000");
    before = world.beans.statements();
    assertThat(world.runFully()).containsEntry("updated", 0).containsEntry("archived", 0);
    long again = world.beans.statements() - before;
    assertThat(ofTenPages).as("statements for ten pages").isLessThan(140);
    assertThat(again).isLessThanOrEqualTo(ofTenPages);
  }

  /** Acceptance 24, the import: each page costs the same whatever it holds. */
  @Test
  void shouldImportEightHundredContactsInAsManyStatementsAsEight() {
    world.addMany(8);
    long before = world.beans.statements();
    world.run();
    long ofEight = world.beans.statements() - before;
    world.addMany(800);
    before = world.beans.statements();
    assertThat(world.run()).containsEntry("imported", 800);

    assertThat(world.beans.statements() - before).isLessThanOrEqualTo(ofEight);
  }

  private static void sent(LoggedRequest request, String... more) {
    Set<String> names = new HashSet<>(ALWAYS);
    names.addAll(List.of(more));
    assertThat(request.query().keySet()).isEqualTo(names);
  }
}
