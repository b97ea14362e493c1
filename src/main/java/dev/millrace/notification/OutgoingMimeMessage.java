package dev.millrace.notification;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;

/** A message that knows whether a mail server has agreed to take its text. */
final class OutgoingMimeMessage extends MimeMessage {

  private final String id;
  private boolean begun;

  /**
   * @param id the Message-ID, which the library would make anew at each attempt
   */
  OutgoingMimeMessage(Session session, String id) {
    super(session);
    this.id = id;
  }

  /** The library writes the text once the server has agreed to DATA, and not before. */
  @Override
  public void writeTo(OutputStream out, String[] ignored) throws IOException, MessagingException {
    begun = true;
    super.writeTo(out, ignored);
  }

  @Override
  protected void updateMessageID() throws MessagingException {
    setHeader("Message-ID", id);
  }

  boolean textBegun() {
    return begun;
  }
}
