package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.job.WaitException;
import dev.millrace.sandbox.people.ContactDraft;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

class ContactLinksTest {

  private final ContactsWorld world = new ContactsWorld();
  private final ContactLinks links = world.beans.get(ContactLinks.class);

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldLeaveTheUserTheContactsWhenTheGoogleAccountGoes() {
    String label = world.sandbox.contacts().addGroup(world.person.email(), "Tennis");
    world.add(ContactDraft.named("Ada", "").emails("ada@example.org").groups(label));
    world.manual("Grace", "email", "grace@example.org");
    world.run();
    UUID group =
        world.rows.add(
            "INSERT INTO contact_groups (id, user_id, name) VALUES (:id, :a, 'Tennis')",
            world.user);
    world.rows.add("UPDATE google_groups SET mapping = 'approved', group_id = :a", group);
    world.runFully();

    links.release(world.user);

    assertThat(
            world.texts(
                "SELECT name || ' ' || source || ' ' || coalesce(google_resource, '-') || ' '"
                    + " || coalesce(google_etag, '-') FROM contacts ORDER BY 1"))
        .containsExactly("Ada manual - -", "Grace manual - -");
    assertThat(world.texts("SELECT DISTINCT source FROM contact_points")).containsExactly("manual");
    assertThat(world.texts("SELECT source FROM contact_group_members")).containsExactly("manual");
    assertThat(world.text("SELECT count(*) FROM google_groups")).isEqualTo("0");
    assertThat(world.text("SELECT count(*) FROM google_group_members")).isEqualTo("0");
    assertThat(
            world.text(
                "SELECT num_nonnulls(sync_token, token_full_at, query_fingerprint, full_wanted_at,"
                    + " last_read_at) FROM contacts_sync"))
        .isEqualTo("0");
    assertThat(world.text("SELECT count(*) FROM notices WHERE resolved_at IS NULL")).isEqualTo("0");
  }

  @Test
  void shouldFindTheContactsAgainWhenTheSameAccountComesBack() {
    world.add(ContactDraft.named("Ada", "Lovelace").emails("ada@example.org"));
    world.run();
    world.rows.add("UPDATE contacts SET notes = 'plays chess'");

    links.release(world.user);

    assertThat(world.run()).containsEntry("mode", "full").containsEntry("imported", 0);
    assertThat(world.text("SELECT name || ' ' || notes FROM contacts"))
        .isEqualTo("Ada Lovelace plays chess");
  }

  /** The old account's contacts are missing from the new one, and yet nobody is archived. */
  @Test
  void shouldNotArchiveTheOldAccountsContactsForTheNewOne() {
    world.addMany(30);
    world.run();

    links.release(world.user);
    world
        .sandbox
        .contacts()
        .contacts(world.person.email())
        .forEach(
            contact ->
                world.sandbox.contacts().delete(world.person.email(), contact.resourceName()));
    world.add(ContactDraft.named("Somebody", "New"));

    assertThat(world.run()).containsEntry("imported", 1).containsEntry("archived", 0);
    assertThat(world.text("SELECT count(*) FROM contacts WHERE archived_at IS NULL"))
        .isEqualTo("31");
  }

  @Test
  void shouldStopASyncOfTheOldAccountAtItsNextPage() {
    world.addMany(2_100);
    world.rows.add(
        """
        CREATE FUNCTION release() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          UPDATE sync_state SET lease_owner = NULL, lease_until = NULL; RETURN NULL; END $$
        """);
    world.rows.add(
        """
        CREATE TRIGGER release AFTER INSERT ON contacts
        FOR EACH STATEMENT EXECUTE FUNCTION release()
        """);
    try {
      assertThat(world.attempt(0).failure()).isInstanceOf(WaitException.class);
    } finally {
      world.rows.add("DROP TRIGGER release ON contacts");
      world.rows.add("DROP FUNCTION release");
    }
    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("1000");
  }

  @Test
  void shouldTouchNobodyElsesContacts() {
    UUID other = world.another(1);
    world
        .sandbox
        .contacts()
        .add(world.sandbox.users().get(1).email(), ContactDraft.named("Mary", "Somerville"));
    world.sync.settle(world.sync.sync(Map.of("userId", other.toString()), "job", 0));

    links.release(world.user);

    assertThat(world.text("SELECT source FROM contacts")).isEqualTo("google");
    assertThat(world.text("SELECT count(*) FROM contacts_sync WHERE sync_token IS NOT NULL"))
        .isEqualTo("1");
  }

  @Test
  void shouldCutNothingWhereTheCallerChangesItsMind() {
    world.addMany(1);
    world.run();

    new TransactionTemplate(world.beans.get(JdbcTransactionManager.class))
        .executeWithoutResult(
            status -> {
              links.release(world.user);
              status.setRollbackOnly();
            });

    assertThat(world.text("SELECT source FROM contacts")).isEqualTo("google");
  }
}
