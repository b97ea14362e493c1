package dev.millrace.notification;

import dev.millrace.job.AdminAlerts;
import dev.millrace.ratelimit.Decision;
import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.mail.MailException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;

/**
 * Sends a claimed e-mail and notes what became of it; one message's failure is no other message's.
 */
@Component
public class EmailSender {

  static final String SENDER_REFUSED = "email_sender_refused";

  /** Our own account is refused: for a person to mend, so asking each minute is no use. */
  static final Duration SENDER_BROKEN = Duration.ofMinutes(15);

  /** What a user may want no more of; that a connection broke is not among it. */
  private static final Set<String> UNSUBSCRIBABLE = Set.of("digest", "realtime", "reminder");

  private final JavaMailSender mail;
  private final OutboxStates states;
  private final UnsubscribeLinks unsubscribe;
  private final AdminAlerts alerts;
  private final Clock clock;
  private final String from;

  EmailSender(
      JavaMailSender mail,
      OutboxStates states,
      UnsubscribeLinks unsubscribe,
      AdminAlerts alerts,
      Clock clock,
      @Value("${app.mail-from:Millrace <no-reply@localhost>}") String from) {
    this.mail = mail;
    this.states = states;
    this.unsubscribe = unsubscribe;
    this.alerts = alerts;
    this.clock = clock;
    this.from = from;
  }

  /**
   * Sends one message; every outcome ends in its row of the outbox.
   *
   * @return whether it certainly did not leave, and may later
   */
  public boolean send(OutgoingEmail email) {
    OutgoingMimeMessage message =
        new OutgoingMimeMessage(mail.createMimeMessage().getSession(), messageId(email));
    try {
      write(message, email);
    } catch (MessagingException unwritable) {
      states.failed(email.id(), "unwritable", null);
      return false;
    }
    try {
      mail.send(message);
    } catch (MailException failure) {
      return note(email, MailFailure.of(failure, message.textBegun()));
    }
    states.sent(email.id(), messageId(email));
    alerts.close(SENDER_REFUSED);
    return false;
  }

  /**
   * It was not sent, because its user has had too many.
   *
   * @param refusal of the limit
   */
  public void overLimit(OutgoingEmail email, Decision refusal) {
    states.waiting(email.id(), "hourly_limit", clock.instant().plus(refusal.retryAfter()));
  }

  private void write(OutgoingMimeMessage message, OutgoingEmail email) throws MessagingException {
    MimeMessageHelper helper =
        email.html() == null
            ? new MimeMessageHelper(message, StandardCharsets.UTF_8.name())
            : new MimeMessageHelper(
                message, MimeMessageHelper.MULTIPART_MODE_RELATED, StandardCharsets.UTF_8.name());
    helper.setFrom(from);
    helper.setTo(email.to());
    helper.setSentDate(Date.from(clock.instant()));
    // a line break would begin another header
    helper.setSubject(DigestItem.oneLine(email.subject() == null ? "" : email.subject()));
    if (email.html() == null) {
      helper.setText(email.body());
    } else {
      helper.setText(email.body(), email.html());
    }
    message.setHeader("Auto-Submitted", "auto-generated");
    if (UNSUBSCRIBABLE.contains(email.purpose())) {
      message.setHeader("List-Unsubscribe", "<" + unsubscribe.of(email.userId()) + ">");
      message.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
  }

  private boolean note(OutgoingEmail email, MailFailure failure) {
    switch (failure.kind()) {
      case SENDER -> {
        alerts.raise(SENDER_REFUSED, SENDER_REFUSED, Map.of("answer", failure.code()));
        states.waiting(email.id(), failure.reason(), clock.instant().plus(SENDER_BROKEN));
      }
      case PASSING -> states.refused(email.id(), failure.reason());
      case LASTING -> states.failed(email.id(), failure.reason(), String.valueOf(failure.code()));
      case DOUBT -> states.doubtful(email.id(), failure.reason());
    }
    return failure.kind() == MailFailure.Kind.SENDER || failure.kind() == MailFailure.Kind.PASSING;
  }

  private String messageId(OutgoingEmail email) {
    String domain = from.substring(from.indexOf('@') + 1).replace(">", "").strip();
    return "<" + email.id() + "@" + domain + ">";
  }
}
