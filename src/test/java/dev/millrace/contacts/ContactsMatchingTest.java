package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.people.ContactDraft;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContactsMatchingTest {

  private final ContactsWorld world = new ContactsWorld();

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldNotShowSomebodyTwiceWhoWasEnteredByHandWithTheSameAddress() {
    UUID ada = world.manual("Ada", "email", "ada@example.org");
    world.rows.add("UPDATE contacts SET notes = 'met in spring', frequency = 'weekly'");
    world.add(ContactDraft.named("Ada", "Lovelace").emails("Other@Example.org", "ADA@example.org"));

    assertThat(world.run()).containsEntry("imported", 0).containsEntry("updated", 1);

    assertThat(world.text("SELECT id::text FROM contacts")).isEqualTo(ada.toString());
    assertThat(world.text("SELECT name || '|' || notes || '|' || frequency FROM contacts"))
        .isEqualTo("Ada Lovelace|met in spring|weekly");
    assertThat(world.texts("SELECT value || ' ' || source FROM contact_points ORDER BY 1"))
        .containsExactly("ada@example.org manual", "other@example.org google");
    assertThat(world.runFully()).containsEntry("imported", 0).containsEntry("updated", 0);
  }

  @Test
  void shouldKnowANumberHoweverItIsWritten() {
    world.manual("Ada", "phone", "+12025550143");
    world.add(ContactDraft.named("Ada", "Lovelace").phones("+1 (202) 555-0143"));

    assertThat(world.run()).containsEntry("imported", 0).containsEntry("updated", 1);
  }

  @Test
  void shouldPreferTheAddressToTheNumber() {
    UUID byAddress = world.manual("Ada", "email", "ada@example.org");
    world.manual("Charles", "phone", "+12025550143");
    world.add(
        ContactDraft.named("Ada", "Lovelace").emails("ada@example.org").phones("+12025550143"));

    world.run();

    assertThat(world.text("SELECT id::text FROM contacts WHERE google_resource IS NOT NULL"))
        .isEqualTo(byAddress.toString());
  }

  @Test
  void shouldNotMergeWhereSeveralContactsComeIntoQuestion() {
    world.manual("Ada", "email", "office@example.org");
    world.manual("Charles", "email", "office@example.org");
    world.manual("Grace", "email", "grace@example.org");
    world.add(ContactDraft.named("Whoever", "Else").emails("office@example.org"));
    world.add(ContactDraft.named("Two", "People").emails("grace@example.org", "ada@home.example"));
    world.manual("Ada at home", "email", "ada@home.example");

    assertThat(world.run()).containsEntry("imported", 2);

    assertThat(world.text("SELECT count(*) FROM contacts")).isEqualTo("6");
  }

  @Test
  void shouldKeepAFamilyThatSharesOnePhoneApart() {
    world.add(ContactDraft.named("Ada", "Lovelace").phones("+12025550143"));
    assertThat(world.run()).containsEntry("imported", 1);
    world.add(ContactDraft.named("William", "Lovelace").phones("+12025550143"));

    assertThat(world.run()).containsEntry("imported", 1);

    assertThat(world.texts("SELECT name FROM contacts ORDER BY 1"))
        .containsExactly("Ada Lovelace", "William Lovelace");
  }

  @Test
  void shouldLetAContactStandForOnePersonOnly() {
    world.manual("Ada", "email", "ada@example.org");
    world.add(ContactDraft.named("Ada", "Lovelace").emails("ada@example.org"));
    world.add(ContactDraft.named("Ada", "King").emails("ada@example.org"));

    assertThat(world.run()).containsEntry("updated", 1).containsEntry("imported", 1);
  }

  @Test
  void shouldNotTakeANumberThatIsNoneInTheWorldForAnIdentity() {
    world.manual("Reception", "phone", "12");
    world.add(ContactDraft.named("Somebody", "Else").phones("12"));

    assertThat(world.run()).containsEntry("imported", 1);
  }

  @Test
  void shouldNotTakeOtherUsersContactsForOnesOwn() {
    UUID other = world.rows.user("other@example.org", "UTC");
    UUID theirs =
        world.rows.add("INSERT INTO contacts (id, user_id, name) VALUES (:id, :a, 'Ada')", other);
    world.rows.add(
        """
        INSERT INTO contact_points (contact_id, user_id, kind, value)
        VALUES (:a, :b, 'email', 'ada@example.org')
        """,
        theirs,
        other);
    world.add(ContactDraft.named("Ada", "Lovelace").emails("ada@example.org"));

    assertThat(world.run()).containsEntry("imported", 1);
    assertThat(world.text("SELECT count(*) FROM contacts WHERE google_resource IS NULL"))
        .isEqualTo("1");
  }

  @Test
  void shouldNotEmptyWhatWasEnteredByHand() {
    world.manual("Mum", "phone", "+12025550143");
    world.rows.add("UPDATE contacts SET organization = 'Home', location = 'Dublin'");
    world.add(ContactDraft.named("", "").phones("+12025550143"));

    world.run();

    assertThat(world.text("SELECT name || '|' || organization || '|' || location FROM contacts"))
        .isEqualTo("Mum|Home|Dublin");
  }

  @Test
  void shouldKeepThePersonWhoLostEverythingToBeCalledBy() {
    String ada = world.add(ContactDraft.named("Ada", "Lovelace").emails("ada@example.org"));
    world.run();
    world.sandbox.contacts().update(world.person.email(), ada, draft -> ContactDraft.named("", ""));

    assertThat(world.runFully()).containsEntry("ignored", 0).containsEntry("archived", 0);

    assertThat(world.text("SELECT name FROM contacts WHERE archived_at IS NULL"))
        .isEqualTo("Ada Lovelace");
    assertThat(world.text("SELECT count(*) FROM contact_points")).isEqualTo("0");
  }

  @Test
  void shouldStoreTextsThatTheDatabaseCannotHold() {
    world.add(
        ContactDraft.named("Ada\u0000", "Lovelace")
            .emails("a\u0000da@example.org")
            .organization("Engines\u0000"));

    world.run();

    assertThat(world.text("SELECT name || '|' || organization FROM contacts"))
        .isEqualTo("Ada Lovelace|Engines");
    assertThat(world.text("SELECT value FROM contact_points")).isEqualTo("ada@example.org");
  }

  /** B23: for each imported person the source loaded all contacts of the user. */
  @Test
  void shouldNotGetSlowerWithEachContactThatIsThereAlready() {
    world.addMany(10);
    long ofTen = statementsOf(world.user);
    UUID other = world.another(1);
    String book = world.sandbox.users().get(1).email();
    for (int i = 0; i < 1_000; i++) {
      world
          .sandbox
          .contacts()
          .add(
              book,
              ContactDraft.named("Contact", "Number " + i)
                  .emails("c" + i + "@example.org", "d" + i + "@example.org")
                  .phones("+1202555" + (1000 + i)));
    }

    assertThat(statementsOf(other)).as("statements for 1,000 people").isEqualTo(ofTen);
  }

  private long statementsOf(UUID user) {
    long before = world.beans.statements();
    ContactsSyncResult synced = world.sync.sync(Map.of("userId", user.toString()), "job", 0);
    world.sync.settle(synced);
    return world.beans.statements() - before;
  }
}
