package dev.millrace.notification;

import dev.millrace.job.AdminAlerts;
import dev.millrace.ratelimit.Decision;
import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Map;
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

  /** The answer to a text that was taken (RFC 5321, 4.2.3). */
  private static final String TAKEN = "250";

  private final JavaMailSender mail;
  private final OutboxStates states;
  private final UnsubscribeLinks unsubscribe;
  private final AdminAlerts alerts;
  private final MessageMeters meters;
  private final Clock clock;
  private final MailFrom from;

  EmailSender(
      JavaMailSender mail,
      OutboxStates states,
      UnsubscribeLinks unsubscribe,
      AdminAlerts alerts,
      MessageMeters meters,
      MailFrom from,
      Clock clock) {
    this.mail = mail;
    this.states = states;
    this.unsubscribe = unsubscribe;
    this.alerts = alerts;
    this.meters = meters;
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
    meters.call(MessageMeters.SMTP, TAKEN);
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
    helper.setFrom(from.address());
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
    if (UnsubscribeLinks.belongIn(email.purpose())) {
      message.setHeader("List-Unsubscribe", "<" + unsubscribe.of(email.userId()) + ">");
      message.setHeader("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
    }
  }

  private boolean note(OutgoingEmail email, MailFailure failure) {
    meters.call(
        MessageMeters.SMTP,
        failure.code() > 0 ? String.valueOf(failure.code()) : MessageMeters.NO_ANSWER);
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
    return "<" + email.id() + "@" + from.domain() + ">";
  }
}
