package dev.millrace.suggestion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.transaction.support.TransactionTemplate;

/** Offers that somebody else was quicker with. */
class OffersTest {

  private static final TimeSpan NOON =
      new TimeSpan(Instant.parse("2026-03-04T12:00:00Z"), Instant.parse("2026-03-04T13:00:00Z"));

  private final SuggestionWorld it = new SuggestionWorld("2026-03-02T06:00:00Z");
  private final UUID bob = it.contact("Bob");
  private final UUID cy = it.contact("Cy");

  @AfterEach
  void stop() {
    it.close();
  }

  @Test
  void shouldSayWhatWasTakenAndGoOnInTheSameTransaction() {
    it.rows.suggestion(it.user, bob, "2026-03-04T12:30:00Z", "2026-03-04T13:30:00Z");

    it.beans
        .get(TransactionTemplate.class)
        .executeWithoutResult(
            status -> {
              assertThat(offer(cy, NOON)).isEqualTo(Offers.Outcome.SLOT_TAKEN);
              assertThat(offer(bob, later())).isEqualTo(Offers.Outcome.CONTACT_TAKEN);
              assertThat(offer(UUID.randomUUID(), later())).isEqualTo(Offers.Outcome.CONTACT_TAKEN);
              assertThat(offer(cy, later())).isEqualTo(Offers.Outcome.MADE);
            });

    assertThat(it.offers()).containsExactly("04 12:30-13:30 Bob", "05 12:00-13:00 Cy");
    assertThat(
            it.beans
                .get(MeterRegistry.class)
                .get("suggestions")
                .tags("trigger", "timebound", "state", "pending")
                .counter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void shouldNotTakeAFaultForBadLuck() {
    TimeSpan backwards = new TimeSpan(NOON.end(), NOON.start());

    assertThatThrownBy(() -> offer(cy, backwards))
        .isInstanceOf(DataIntegrityViolationException.class);
    assertThat(it.offers()).isEmpty();
  }

  @Test
  void shouldNotCountWhatWasRolledBack() {
    it.beans
        .get(TransactionTemplate.class)
        .executeWithoutResult(
            status -> {
              offer(cy, NOON);
              status.setRollbackOnly();
            });

    assertThat(it.beans.get(MeterRegistry.class).find("suggestions").counters()).isEmpty();
  }

  private Offers.Outcome offer(UUID contact, TimeSpan slot) {
    return it.beans
        .get(Offers.class)
        .offer(
            it.user,
            new Proposal(List.of(contact), 100, "Long ago.", Map.of("days", 60), null),
            slot,
            ZoneOffset.UTC);
  }

  private static TimeSpan later() {
    return new TimeSpan(
        Instant.parse("2026-03-05T12:00:00Z"), Instant.parse("2026-03-05T13:00:00Z"));
  }
}
