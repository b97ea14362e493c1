package dev.millrace.suggestion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.SqlInstant;
import java.sql.Types;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Map;
import java.util.UUID;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes new offers. The database refuses a second open suggestion for a contact and two offers at
 * one time; which of the two it was decides on how to go on, so each insert has a savepoint.
 */
@Component
class Offers {

  private static final String INSERT =
      """
      WITH made AS (
        INSERT INTO suggestions (id, user_id, kind, trigger, slot_start, slot_end, slot_zone,
                                 reasoning, priority, factors, calendar_id, google_event_id,
                                 created_at, state_changed_at)
        VALUES (:id, :user, :kind, :trigger, :start, :end, :zone,
                :reasoning, :priority, CAST(:factors AS jsonb), :calendar, :event,
                :now, :now)
        RETURNING id)
      INSERT INTO suggestion_contacts (suggestion_id, contact_id)
      SELECT made.id, contact FROM made, unnest(CAST(:contacts AS uuid[])) AS contact
      """;

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final SuggestionMeters meters;
  private final Clock clock;
  private final TransactionTemplate savepoint;

  Offers(
      JdbcClient jdbc,
      ObjectMapper json,
      SuggestionMeters meters,
      Clock clock,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.json = json;
    this.meters = meters;
    this.clock = clock;
    savepoint = new TransactionTemplate(transactions);
    savepoint.setPropagationBehavior(TransactionDefinition.PROPAGATION_NESTED);
  }

  enum Outcome {
    MADE,
    SLOT_TAKEN,
    /** Or deleted meanwhile. */
    CONTACT_TAKEN
  }

  /** Offers {@code slot}, unless the slot or a contact was taken meanwhile. */
  Outcome offer(UUID userId, Proposal proposal, TimeSpan slot, ZoneId zone) {
    try {
      savepoint.executeWithoutResult(status -> insert(userId, proposal, slot, zone));
      meters.entered(proposal.trigger(), "pending");
      return Outcome.MADE;
    } catch (DataIntegrityViolationException refused) {
      if (Refusal.ofSlot(refused)) {
        return Outcome.SLOT_TAKEN;
      }
      if (Refusal.ofContact(refused)) {
        return Outcome.CONTACT_TAKEN;
      }
      throw refused;
    }
  }

  private void insert(UUID userId, Proposal proposal, TimeSpan slot, ZoneId zone) {
    Proposal.Event event = proposal.event();
    jdbc.sql(INSERT)
        .param("id", UUID.randomUUID())
        .param("user", userId)
        .param("kind", proposal.kind())
        .param("trigger", proposal.trigger())
        .param("start", SqlInstant.of(slot.start()))
        .param("end", SqlInstant.of(slot.end()))
        .param("zone", zone.getId())
        .param("reasoning", proposal.reasoning())
        .param("priority", proposal.priority())
        .param("factors", text(proposal.factors()))
        .param("calendar", event == null ? null : event.calendarId(), Types.OTHER)
        .param("event", event == null ? null : event.eventId(), Types.VARCHAR)
        .param("contacts", proposal.contacts().toArray(UUID[]::new))
        .param("now", SqlInstant.of(clock.instant()))
        .update();
  }

  private String text(Map<String, ?> factors) {
    try {
      return json.writeValueAsString(factors);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("factors are no JSON: " + e.getMessage(), e);
    }
  }
}
