package dev.millrace.notification;

import dev.millrace.job.AdminAlerts;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.eclipse.angus.mail.util.MailConnectException;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.MimeMessageHelper;
import org.springframework.stereotype.Component;

/**
 * Sends a claimed e-mail and notes what became of it; one message's failure is no other message's.
 *
 * <p>A 4xx answer of the mail server passes, a 5xx answer stays (RFC 5321, 4.2.1). No connection
 * means not sent; anything else leaves it open whether the server took the message.
 */
@Component
public class EmailSender {

  /** Our own account is refused: for a person to mend, so asking each minute is no use. */
  static final Duration SENDER_BROKEN = Duration.ofMinutes(15);

  private final JavaMailSender mail;
  private final OutboxStates states;
  private final AdminAlerts alerts;
  private final Clock clock;
  private final String from;

  EmailSender(
      JavaMailSender mail,
      OutboxStates states,
      AdminAlerts alerts,
      Clock clock,
      @Value("${app.mail-from:Millrace <no-reply@localhost>}") String from) {
    this.mail = mail;
    this.states = states;
    this.alerts = alerts;
    this.clock = clock;
    this.from = from;
  }

  /** Sends one message; every outcome ends in its row of the outbox. */
  public void send(OutgoingEmail email) {
    MimeMessage message = mail.createMimeMessage();
    try {
      write(message, email);
    } catch (MessagingException unwritable) {
      states.failed(email.id(), "unwritable", null);
      return;
    }
    try {
      mail.send(message);
      states.sent(email.id(), messageId(email));
    } catch (MailAuthenticationException refused) {
      alerts.raise(
          "email_sender_refused", "email_sender_refused", Map.of("answer", "login refused"));
      states.putBack(email.id(), "sender_refused", clock.instant().plus(SENDER_BROKEN));
    } catch (MailException failure) {
      note(email, failure);
    }
  }

  private void write(MimeMessage message, OutgoingEmail email) throws MessagingException {
    MimeMessageHelper helper = new MimeMessageHelper(message, "UTF-8");
    helper.setFrom(from);
    helper.setTo(email.to());
    helper.setSubject(email.subject());
    helper.setText(email.body());
    message.setHeader("Message-ID", messageId(email));
    message.setHeader("Auto-Submitted", "auto-generated");
  }

  private void note(OutgoingEmail email, MailException failure) {
    Throwable cause = firstCause(failure);
    int code = replyCode(cause);
    if (cause instanceof MailConnectException) {
      states.putBack(email.id(), "smtp_unreachable", clock.instant());
    } else if (code >= 400 && code < 500) {
      states.putBack(email.id(), "smtp_" + code, clock.instant());
    } else if (code >= 500) {
      states.failed(email.id(), "smtp_" + code, String.valueOf(code));
    } else {
      states.doubtful(email.id(), "smtp_no_answer");
    }
  }

  /** The mail library chains what happened; the innermost link holds the server's answer. */
  private static Throwable firstCause(MailException failure) {
    Throwable at =
        failure instanceof MailSendException send && !send.getFailedMessages().isEmpty()
            ? send.getFailedMessages().values().iterator().next()
            : failure.getCause();
    Throwable last = at;
    while (at != null) {
      last = at;
      if (replyCode(at) > 0 || at instanceof MailConnectException) {
        return at;
      }
      at = at instanceof MessagingException chained ? chained.getNextException() : at.getCause();
    }
    return last;
  }

  private static int replyCode(Throwable failure) {
    if (failure instanceof SMTPAddressFailedException recipient) {
      return recipient.getReturnCode();
    }
    if (failure instanceof SMTPSenderFailedException sender) {
      return sender.getReturnCode();
    }
    return failure instanceof SMTPSendFailedException data ? data.getReturnCode() : -1;
  }

  private String messageId(OutgoingEmail email) {
    String domain = from.substring(from.indexOf('@') + 1).replace(">", "");
    return "<" + email.id() + "@" + domain + ">";
  }
}
