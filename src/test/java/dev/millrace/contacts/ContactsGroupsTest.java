package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContactsGroupsTest {

  private static final String SUGGESTED =
      """
      SELECT g.name || ' ' || mapping || ' ' || coalesce(suggest_action, '-') || ' '
             || coalesce(k.name, '-') || ' ' || coalesce(suggest_score::text, '-')
      FROM google_groups g LEFT JOIN contact_groups k ON k.id = g.suggest_group
      WHERE removed_at IS NULL ORDER BY g.name
      """;

  private static final String MEMBERS =
      """
      SELECT c.name || ' ' || m.source FROM contact_group_members m
      JOIN contacts c ON c.id = m.contact_id ORDER BY 1
      """;

  private final ContactsWorld world = new ContactsWorld();

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldLetTheUserDecideAboutGroupsAndNotAboutGooglesOwn() {
    String climbers = label("Climbers");
    world.add(ContactDraft.named("Ada", "Lovelace").groups(climbers, "contactGroups/starred"));

    assertThat(world.run()).containsEntry("groups", 1);

    assertThat(world.texts(SUGGESTED)).containsExactly("Climbers pending create_new - -");
    assertThat(world.text("SELECT member_count FROM google_groups")).isEqualTo("1");
    assertThat(world.text("SELECT count(*) FROM contact_group_members")).isEqualTo("0");
    assertThat(
            world.text(
                "SELECT kind || ' ' || (next_reminder_at - opened_at)::text FROM notices"
                    + " WHERE resolved_at IS NULL"))
        .isEqualTo("group_mapping_review 7 days");
    world.runFully();
    assertThat(world.text("SELECT count(*) FROM notices")).as("one notice").isEqualTo("1");
  }

  @Test
  void shouldProposeTheGroupWithNearlyTheSameName() {
    group("Climbing friends");
    group("Colleagues");
    label("climbing  friends");

    world.run();

    assertThat(world.texts(SUGGESTED))
        .containsExactly("climbing  friends pending map_to_existing Climbing friends 0.94");
  }

  @Test
  void shouldProposeTheGroupWithMuchTheSameMembers() {
    UUID own = group("Sunday");
    String label = label("Tennis");
    for (String name : new String[] {"Ada", "Grace", "Mary", "Joan"}) {
      world.add(ContactDraft.named(name, "").groups(label));
    }
    world.add(ContactDraft.named("Emmy", ""));
    world.run();
    join(own, "Ada");
    join(own, "Grace");
    join(own, "Emmy");
    world.runFully();
    assertThat(world.texts(SUGGESTED))
        .as("two of five is not much")
        .containsExactly("Tennis pending create_new - -");

    join(own, "Mary");
    join(own, "Joan");
    world.runFully();

    assertThat(world.texts(SUGGESTED))
        .containsExactly("Tennis pending map_to_existing Sunday 0.80");
  }

  @Test
  void shouldSetTheMembersOfAnApprovedGroupAndKeepThoseTheUserAdded() {
    UUID own = group("Tennis");
    String label = label("Tennis");
    String ada = world.add(ContactDraft.named("Ada", "").groups(label));
    world.add(ContactDraft.named("Grace", ""));
    world.run();
    join(own, "Grace");
    approve(label, own);

    ContactsSyncResult synced = world.attempt(Map.of("syncType", "full"), 0);

    assertThat(world.texts(MEMBERS)).containsExactly("Ada google", "Grace manual");
    assertThat(synced.changed()).as("lists show groups").containsExactly(world.user);
    world
        .sandbox
        .contacts()
        .update(world.person.email(), ada, draft -> ContactDraft.named("Ada", ""));
    world.add(ContactDraft.named("Mary", "").groups(label));
    world.run();
    assertThat(world.texts(MEMBERS)).containsExactly("Grace manual", "Mary google");
  }

  @Test
  void shouldNotTellTheUserThatSomethingWaitsWhenNothingDoes() {
    String label = label("Tennis");
    world.run();
    approve(label, group("Tennis"));

    world.runFully();

    assertThat(world.text("SELECT resolution FROM notices")).isEqualTo("reviewed");
  }

  @Test
  void shouldForgetGroupsThatAreGoneAndTakeThemBackAsTheyWere() {
    UUID own = group("Tennis");
    String label = label("Tennis");
    world.add(ContactDraft.named("Ada", "").groups(label));
    world.run();
    approve(label, own);
    world.run();
    world.sandbox.contacts().deleteGroup(world.person.email(), label);

    world.runFully();

    assertThat(world.text("SELECT removed_at IS NOT NULL FROM google_groups")).isEqualTo("t");
    assertThat(world.texts(MEMBERS)).isEmpty();
    assertThat(world.text("SELECT count(*) FROM contact_groups")).as("the user's").isEqualTo("1");
  }

  /** The fewest requests: nothing about groups is asked where nothing about them can be new. */
  @Test
  void shouldAskForGroupsOnlyAfterAFullReadOrForOneThatIsNotKnown() {
    String tennis = label("Tennis");
    world.add(ContactDraft.named("Ada", "").groups(tennis));
    world.run();
    world.sandbox.requests().clear();

    world.add(ContactDraft.named("Grace", "").groups(tennis, "contactGroups/starred"));
    world.run();
    assertThat(world.requests("/contactGroups")).isEmpty();

    String chess = label("Chess");
    world.add(ContactDraft.named("Mary", "").groups(chess));
    assertThat(world.run()).containsEntry("mode", "incremental").containsEntry("groups", 2);
    assertThat(world.requests("/contactGroups"))
        .singleElement()
        .extracting(LoggedRequest::status)
        .isEqualTo(200);
    world.run();
    assertThat(world.requests("/contactGroups")).hasSize(1);

    world.sandbox.contacts().renameGroup(world.person.email(), chess, "Board games");
    world.runFully();
    assertThat(world.texts("SELECT name FROM google_groups ORDER BY 1"))
        .containsExactly("Board games", "Tennis");
  }

  @ParameterizedTest
  @CsvSource({"503,http_503", "429,rate_limited", "403,http_403", "404,http_404"})
  void shouldHaveTheContactsThoughTheGroupsFail(int status, String reason) {
    String label = label("Tennis");
    world.add(ContactDraft.named("Ada", "").groups(label));
    world.sandbox.faults().add(Fault.answer(Service.PEOPLE, status, "").onPath("/contactGroups"));

    assertThat(world.run()).containsEntry("imported", 1).containsEntry("groups", 0);

    assertThat(world.counted("contacts.groups.failures", "reason", reason)).isEqualTo(1);
    assertThat(world.text("SELECT result FROM sync_runs")).isEqualTo("success");
    assertThat(world.run()).as("made up for").containsEntry("groups", 1);
    assertThat(world.texts(SUGGESTED)).containsExactly("Tennis pending create_new - -");
  }

  @Test
  void shouldHaveTheUserToldWhenTheGrantDiesBetweenContactsAndGroups() {
    world.run();
    world.add(ContactDraft.named("Ada", ""));
    world.sandbox.faults().add(Fault.unauthorized(Service.PEOPLE).onPath("/contactGroups"));
    world.sandbox.faults().add(Fault.answer(Service.OAUTH, 400, "invalid_grant"));

    ContactsSyncResult synced = world.attempt(Map.of("syncType", "full"), 0);

    assertThat(world.sync.settle(synced)).containsEntry("imported", 1);
    assertThat(synced.reminders())
        .containsExactly(Map.of("connectionId", world.connection.toString()));
    assertThat(world.counted("contacts.groups.failures", "reason", "dead_grant")).isEqualTo(1);
  }

  @Test
  void shouldReadAllPagesOfGroups() {
    for (int i = 0; i < 1_050; i++) {
      label("Label " + i);
    }

    assertThat(world.run()).containsEntry("groups", 1_050);

    assertThat(world.text("SELECT count(*) FROM google_groups")).isEqualTo("1050");
    assertThat(world.requests("/contactGroups")).hasSize(2);
  }

  private String label(String name) {
    return world.sandbox.contacts().addGroup(world.person.email(), name);
  }

  private UUID group(String name) {
    return world.rows.add(
        "INSERT INTO contact_groups (id, user_id, name) VALUES (:id, :a, :b)", world.user, name);
  }

  private void join(UUID group, String contact) {
    world.rows.add(
        """
        INSERT INTO contact_group_members (group_id, contact_id)
        SELECT :a, id FROM contacts WHERE name = :b
        """,
        group,
        contact);
  }

  private void approve(String label, UUID group) {
    world.rows.add(
        "UPDATE google_groups SET mapping = 'approved', group_id = :a WHERE resource_name = :b",
        group,
        label);
  }
}
