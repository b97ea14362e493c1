package dev.millrace.notification;

import dev.millrace.setting.RefusedSetting;
import jakarta.mail.internet.AddressException;
import jakarta.mail.internet.InternetAddress;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Whom e-mails come from. */
@Component
class MailFrom {

  private final InternetAddress address;

  /**
   * @throws RefusedSetting for what is no address, with which every message would fail for good
   */
  MailFrom(@Value("${app.mail-from:Millrace <no-reply@localhost>}") String setting) {
    address = parsed(setting);
  }

  InternetAddress address() {
    return address;
  }

  /** What comes after the at sign. */
  String domain() {
    String mailbox = address.getAddress();
    return mailbox.substring(mailbox.lastIndexOf('@') + 1);
  }

  private static InternetAddress parsed(String setting) {
    try {
      InternetAddress one = new InternetAddress(setting, true);
      if (one.getAddress().matches("[^@]+@[^@]+")) {
        return one;
      }
    } catch (AddressException refused) {
      throw refusal(setting, refused);
    }
    throw refusal(setting, null);
  }

  private static RefusedSetting refusal(String setting, Throwable cause) {
    return new RefusedSetting(
        "app.mail-from is \"" + setting + "\", which is not one e-mail address.",
        "Set it to an address such as no-reply@example.org, or Name <no-reply@example.org>.",
        cause);
  }
}
