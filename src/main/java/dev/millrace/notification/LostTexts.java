package dev.millrace.notification;

import java.util.UUID;
import org.springframework.stereotype.Component;

/** What follows when a text message has ended without having arrived, whoever tells of it. */
@Component
public class LostTexts {

  private final PhoneTrouble phones;
  private final EmailInstead emailInstead;

  LostTexts(PhoneTrouble phones, EmailInstead emailInstead) {
    this.phones = phones;
    this.emailInstead = emailInstead;
  }

  /**
   * Marks the number if the code says something about it, and writes an e-mail in place of the
   * text; to be called in the transaction that ends the message.
   *
   * @param code Twilio's; 0 for none
   */
  public void replace(UUID message, UUID user, String number, int code) {
    phones.note(user, number, new TwilioCode(code));
    emailInstead.of(message);
  }
}
