package dev.millrace.sandbox.mail;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import jakarta.mail.Address;
import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.util.Arrays;
import java.util.List;

/** An SMTP server that accepts every address and keeps the mail in memory. */
public final class MailServer implements AutoCloseable {

  private static final long START_MILLIS = 10_000;

  private GreenMail greenMail;
  private int port;

  private MailServer(int port) {
    this.port = port;
  }

  /**
   * Starts listening on 127.0.0.1.
   *
   * @param port 0 takes any free one
   */
  public static MailServer start(int port) {
    MailServer server = new MailServer(port);
    server.open();
    return server;
  }

  public synchronized int port() {
    return port;
  }

  /** Connections are refused from now on; what was received is forgotten. */
  public synchronized void goAway() {
    greenMail.stop();
  }

  /** Listens again on the same port. */
  public synchronized void comeBack() {
    open();
  }

  private void open() {
    ServerSetup smtp = new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP);
    smtp.setServerStartupTimeout(START_MILLIS);
    greenMail = new GreenMail(smtp);
    greenMail.start();
    port = greenMail.getSmtp().getPort();
  }

  /** All mail received, oldest first. */
  public synchronized List<MimeMessage> messages() {
    return List.of(greenMail.getReceivedMessages());
  }

  /** The mail that named this address as a recipient. */
  public List<MimeMessage> messagesTo(String address) {
    return messages().stream().filter(message -> recipients(message).contains(address)).toList();
  }

  /** The text of a message, decoded as far as mail libraries do. */
  public static String text(MimeMessage message) {
    return GreenMailUtil.getBody(message);
  }

  /** The addresses in To. */
  public static List<String> recipients(MimeMessage message) {
    try {
      Address[] to = message.getRecipients(Message.RecipientType.TO);
      return to == null ? List.of() : Arrays.stream(to).map(Address::toString).toList();
    } catch (MessagingException e) {
      throw new IllegalStateException("A received message cannot be read", e);
    }
  }

  @Override
  public synchronized void close() {
    greenMail.stop();
  }
}
