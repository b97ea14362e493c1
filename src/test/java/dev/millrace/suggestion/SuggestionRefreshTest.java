package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The user asks for a new list. */
class SuggestionRefreshTest {

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");
  private UUID offer;

  @BeforeEach
  void offer() {
    offer =
        it.rows.suggestion(
            it.user, it.contact("Bob Lee"), "2026-03-04T12:00:00Z", "2026-03-04T13:00:00Z");
  }

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldBeginAnewWithWhatWasNotSentWhenTheUserAsksForIt() {
    UUID sent =
        it.rows.suggestion(
            it.user, it.contact("Cy"), "2026-03-05T12:00:00Z", "2026-03-05T13:00:00Z");
    it.rows.add("UPDATE suggestions SET first_sent_at = now() WHERE id = :a", sent);

    SuggestionRegeneration.Regenerated done =
        it.regeneration.regenerate(
            Map.of("userId", it.user.toString(), "reason", "manual_refresh"));

    assertThat(it.state(offer)).isEqualTo("dismissed refresh");
    assertThat(it.state(sent)).isEqualTo("pending");
    assertThat(done.result()).containsEntry("dismissed", 1).containsEntry("kept", 1);
    assertThat(done.user()).isEqualTo(it.user);
    assertThat(done.generate()).containsExactly(it.unit());
    it.generate();
    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob Lee", "05 12:00-13:00 Cy");
  }

  @Test
  void shouldKeepTheListWhereAStaleCalendarAllowsNoOther() {
    it.rows.add("UPDATE sync_state SET last_success_at = '2026-02-28T00:00:00Z'");

    assertThat(it.regenerate("manual_refresh"))
        .containsEntry("dismissed", 0)
        .containsEntry("kept", 1);

    assertThat(it.state(offer)).isEqualTo("pending");
  }

  @ParameterizedTest
  @CsvSource({"queued,true", "sending,true", "suppressed,false", "failed,false"})
  void shouldKeepWhatAMessageOnItsWayTells(String message, boolean kept) {
    carry(message);

    it.regenerate("manual_refresh");

    assertThat(it.state(offer)).isEqualTo(kept ? "pending" : "dismissed refresh");
  }

  @Test
  void shouldKeepWhatCameInPlaceOfWhatAMessageTells() {
    carry("queued");
    it.rows.busy(it.calendar, "2026-03-04T12:00:00Z", "2026-03-04T14:00:00Z");
    it.regenerate("calendar_sync");

    assertThat(it.regenerate("manual_refresh")).containsEntry("dismissed", 0);

    assertThat(it.offers()).containsExactly("02 18:00-19:00 Bob Lee");
  }

  private void carry(String state) {
    UUID message =
        it.rows.add(
            """
            INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                           state, expires_at)
            VALUES (:id, :a, 'sms', 'digest', 'key', '+12025550143', 'Text',
                    CAST(:b AS msg_state), now())
            """,
            it.user,
            state);
    it.rows.add(
        "INSERT INTO digest_items (message_id, position, suggestion_id) VALUES (:a, 1, :b)",
        message,
        offer);
  }
}
