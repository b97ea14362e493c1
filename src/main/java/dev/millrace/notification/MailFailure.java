package dev.millrace.notification;

import jakarta.mail.MessagingException;
import java.util.Locale;
import java.util.Set;
import org.eclipse.angus.mail.smtp.SMTPAddressFailedException;
import org.eclipse.angus.mail.smtp.SMTPSendFailedException;
import org.eclipse.angus.mail.smtp.SMTPSenderFailedException;
import org.springframework.mail.MailAuthenticationException;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;

/**
 * What a failed attempt to send an e-mail means.
 *
 * @param kind whether it may be tried again
 * @param code the mail server's answer; -1 for none
 */
record MailFailure(Kind kind, int code) {

  /** Whether it may be tried again. */
  enum Kind {
    /** Not taken, for a reason that passes. */
    PASSING,
    /** Not taken, and will not be. */
    LASTING,
    /** Our own account or address is refused, so every message would be. */
    SENDER,
    /** The text was on its way when the connection broke: perhaps taken. */
    DOUBT
  }

  /** Authentication required, too weak, failed, or needed with encryption (RFC 4954, 6). */
  private static final Set<Integer> LOGIN_CODES = Set.of(530, 534, 535, 538);

  /**
   * A 4xx answer of the mail server passes, a 5xx answer stays (RFC 5321, 4.2.1). Without one, what
   * counts is whether the server had agreed to take the text.
   */
  static MailFailure of(MailException failure, boolean textBegun) {
    if (failure instanceof MailAuthenticationException) {
      return new MailFailure(Kind.SENDER, -1);
    }
    Throwable cause = answered(failure);
    int code = replyCode(cause);
    if (LOGIN_CODES.contains(code) || isSendersFault(cause, code)) {
      return new MailFailure(Kind.SENDER, code);
    }
    if (code >= 500) {
      return new MailFailure(Kind.LASTING, code);
    }
    return new MailFailure(code < 400 && textBegun ? Kind.DOUBT : Kind.PASSING, code);
  }

  /** Our address is refused; 552 there says that this one message is too large (RFC 1870, 6.1). */
  private static boolean isSendersFault(Throwable cause, int code) {
    boolean toSender =
        cause instanceof SMTPSenderFailedException
            || (cause instanceof SMTPSendFailedException send
                && String.valueOf(send.getCommand()).startsWith("MAIL"));
    return toSender ? code >= 500 && code != 552 : isRelayDenied(cause, code);
  }

  /** Servers refuse each recipient where it is us who may not send through them. */
  private static boolean isRelayDenied(Throwable cause, int code) {
    return cause instanceof SMTPAddressFailedException
        && code >= 500
        && String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT).contains("relay");
  }

  /** For the row: {@code smtp_450}, or that there was no answer. */
  String reason() {
    if (kind == Kind.SENDER) {
      return "sender_refused";
    }
    if (code > 0) {
      return "smtp_" + code;
    }
    return kind == Kind.DOUBT ? "smtp_no_answer" : "smtp_unreachable";
  }

  /** The mail library chains what happened; one of the links holds the server's answer. */
  private static Throwable answered(MailException failure) {
    Throwable at =
        failure instanceof MailSendException send && !send.getFailedMessages().isEmpty()
            ? send.getFailedMessages().values().iterator().next()
            : failure.getCause();
    while (at != null && replyCode(at) <= 0) {
      Throwable next =
          at instanceof MessagingException chained ? chained.getNextException() : at.getCause();
      at = next == null ? at.getCause() : next;
    }
    return at;
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
}
