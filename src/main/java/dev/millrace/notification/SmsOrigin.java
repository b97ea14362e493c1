package dev.millrace.notification;

import dev.millrace.setting.PublicBaseUrl;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Whom text messages come from, and where Twilio reports what became of them: to an address with
 * our own id, since its id may be unknown here when the first report comes.
 */
@Component
class SmsOrigin {

  /** Twilio drops what it could not pass on for so long, whatever is asked. */
  static final Duration LONGEST_VALIDITY = Duration.ofHours(4);

  private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String from;
  private final String messagingService;
  private final String statusCallback;

  SmsOrigin(
      @Value("${twilio.from}") String from,
      @Value("${twilio.messaging-service-sid:}") String messagingService,
      @Value("${twilio.base:https://api.twilio.com/2010-04-01}") String twilio,
      @Value("${app.public-base-url}") PublicBaseUrl publicBaseUrl) {
    this.from = from;
    this.messagingService = messagingService.strip();
    this.statusCallback =
        reachable(publicBaseUrl, twilio) ? publicBaseUrl + "/api/sms/status" : null;
  }

  OutgoingSms outgoing(OutboxRow message, Instant now) {
    Duration left = Duration.between(now, message.arrivesBefore(now));
    Duration validity = left.compareTo(LONGEST_VALIDITY) < 0 ? left : LONGEST_VALIDITY;
    return new OutgoingSms(
        message.id(),
        message.userId(),
        from,
        messagingService,
        message.to(),
        message.body(),
        statusCallback == null ? null : statusCallback + "?messageId=" + message.id(),
        Math.max(1, validity.toSeconds()),
        now);
  }

  /** Twilio refuses a message whose callback it cannot reach; one on this machine reaches us. */
  private static boolean reachable(PublicBaseUrl publicBaseUrl, String twilio) {
    return publicBaseUrl.secure()
        || THIS_MACHINE.contains(String.valueOf(URI.create(twilio).getHost()));
  }
}
