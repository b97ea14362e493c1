package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two or three people at once. */
class MeetingGroupTest {

  // a Monday; whoever was met on the 1st of January has waited much longer than twice a week
  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldBringTwoTogetherWhoHaveMuchInCommon() {
    it.contact("Bob", "climbing", "opera");
    it.contact("Cy", "climbing", "opera", "chess");
    share("Club", "Choir", "Street");

    // 30 for groups, 10 for tags, 10 because both have waited long
    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob+Cy");
    assertThat(it.beans.text("SELECT kind || ' ' || trigger FROM suggestions"))
        .isEqualTo("group timebound");
    assertThat(it.beans.text("SELECT reasoning FROM suggestions"))
        .isEqualTo(
            "Bob and Cy are in Choir, Club and Street and have climbing and opera in common."
                + " You were last in touch with each of them at least 60 days ago.");
    assertThat(it.beans.text("SELECT factors ->> 'score' FROM suggestions")).isEqualTo("50");
  }

  @Test
  void shouldOfferEachAloneWhereTheyHaveLessInCommon() {
    it.contact("Bob", "climbing");
    it.contact("Cy", "climbing");
    share("Club", "Choir", "Street");

    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob", "02 19:00-20:00 Cy");
  }

  @Test
  void shouldCountCloseFriendsAndMeetingsAtWhichAllWere() {
    it.contact("Bob", "climbing");
    it.contact("Cy", "climbing");
    share("Club", "Choir");
    // 20 + 5 + 10 for the wait + 10 for two friends + 5 for one meeting
    it.rows.add("UPDATE contacts SET close_friend = true WHERE user_id = :a", it.user);
    it.generate();
    assertThat(it.offers()).hasSize(2);
    it.rows.add("DELETE FROM suggestions WHERE user_id = :a", it.user);

    it.rows.add(
        """
        INSERT INTO interactions (user_id, contact_id, happened_at, kind)
        SELECT user_id, id, '2026-01-01T12:00:00Z', 'hangout' FROM contacts WHERE user_id = :a
        """,
        it.user);
    it.generate();

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob+Cy");
  }

  @Test
  void shouldTakeAnHourAndAHalfForThree() {
    it.contact("Bob", "climbing", "opera");
    it.contact("Cy", "climbing", "opera");
    it.contact("Di", "climbing", "opera");
    share("Club", "Choir", "Street");
    it.event("Dinner", "2026-03-02T19:15:00Z", "2026-03-03T10:00:00Z", true);

    it.generate();

    assertThat(it.offers()).containsExactly("03 10:00-11:30 Bob+Cy+Di");
  }

  @Test
  void shouldBringTwoOfThreeTogetherWhereThereIsNoTimeForThree() {
    it.contact("Bob", "climbing", "opera");
    it.contact("Cy", "climbing", "opera");
    it.contact("Di", "climbing", "opera");
    share("Club", "Choir", "Street");
    it.rows.add(
        """
        INSERT INTO availability_rules (user_id, kind, start_time, end_time)
        VALUES (:a, 'available', '10:00', '11:00')
        """,
        it.user);

    it.generate();

    assertThat(it.offers()).containsExactly("03 10:00-11:00 Bob+Cy", "04 10:00-11:00 Di");
  }

  @Test
  void shouldProposeThreeGroupsAtMostAndNobodyTwice() {
    for (int pair = 0; pair < 5; pair++) {
      it.contact(
          "A" + pair, "p" + pair, "q" + pair, "r" + pair, "s" + pair, "t" + pair, "u" + pair);
      it.contact(
          "B" + pair, "p" + pair, "q" + pair, "r" + pair, "s" + pair, "t" + pair, "u" + pair);
    }
    // 10 for the group, 30 for tags, 10 for the wait
    share("Everybody");

    assertThat(it.generate()).containsEntry("created", 3 + 4);

    assertThat(it.offers()).filteredOn(offer -> offer.contains("+")).hasSize(3);
    assertThat(it.beans.texts("SELECT DISTINCT contact_id FROM suggestion_contacts"))
        .hasSameSizeAs(it.beans.texts("SELECT contact_id FROM suggestion_contacts"));
  }

  @Test
  void shouldNotBringTogetherWhoSharesAGroupThatIsGone() {
    it.contact("Bob", "climbing", "opera");
    it.contact("Cy", "climbing", "opera");
    share("Club", "Choir", "Street");
    it.rows.add("UPDATE contact_groups SET archived_at = now() WHERE user_id = :a", it.user);

    it.generate();

    assertThat(it.offers()).hasSize(2);
  }

  /** Puts everybody into groups of these names. */
  private void share(String... names) {
    for (String name : names) {
      it.group(name);
      it.rows.add(
          """
          INSERT INTO contact_group_members (group_id, contact_id)
          SELECT g.id, c.id FROM contact_groups g JOIN contacts c ON c.user_id = g.user_id
          WHERE g.name = :a
          """,
          name);
    }
  }
}
