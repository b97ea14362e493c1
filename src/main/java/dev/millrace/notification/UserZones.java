package dev.millrace.notification;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads users' zones. One that Java does not know leaves its user without messages, since nobody
 * can tell when it is quiet there; it must keep nobody else from theirs. Counts in {@code
 * millrace.zones.unreadable}.
 */
@Component
class UserZones {

  private static final Logger LOG = LoggerFactory.getLogger(UserZones.class);

  private final MeterRegistry meters;

  UserZones(MeterRegistry meters) {
    this.meters = meters;
  }

  /** Empty where it cannot be read. */
  Optional<ZoneId> of(UUID user, String zone) {
    try {
      return Optional.of(ZoneId.of(zone));
    } catch (DateTimeException unreadable) {
      tell(user, unreadable);
      return Optional.empty();
    }
  }

  void tell(UUID user, DateTimeException unreadable) {
    LOG.warn("User {} gets no messages: {}", user, unreadable.getMessage());
    meters.counter("millrace.zones.unreadable").increment();
  }
}
