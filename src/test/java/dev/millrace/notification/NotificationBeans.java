package dev.millrace.notification;

import dev.millrace.job.JobBeans;
import java.time.Clock;
import java.util.Map;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** The beans of this package, with a mail server where a test has one. */
final class NotificationBeans {

  private NotificationBeans() {}

  /** Without a mail server that answers. */
  static JobBeans start(Clock clock) {
    return start(clock, 1);
  }

  static JobBeans start(Clock clock, int mailPort) {
    return start(clock, mailPort, "");
  }

  /** With Twilio's messages sent through a pool of senders. */
  static JobBeans start(Clock clock, int mailPort, String messagingService) {
    JavaMailSenderImpl mail = new JavaMailSenderImpl();
    mail.setHost("127.0.0.1");
    mail.setPort(mailPort);
    mail.getJavaMailProperties().setProperty("mail.smtp.connectiontimeout", "2000");
    mail.getJavaMailProperties().setProperty("mail.smtp.timeout", "2000");
    return new JobBeans(
        clock,
        Map.of(
            "millrace.encryption-key", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
            "app.public-base-url", "https://millrace.example",
            "app.mail-from", "Millrace <no-reply@millrace.example>",
            "twilio.from", "+15005550006",
            "twilio.messaging-service-sid", messagingService),
        context -> context.registerBean(JavaMailSender.class, () -> mail),
        "dev.millrace.notification");
  }
}
