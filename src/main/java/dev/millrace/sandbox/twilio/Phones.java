package dev.millrace.sandbox.twilio;

import dev.millrace.sandbox.http.Answered;
import java.io.StringReader;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** Phones that text the account's number, which has a webhook as in Twilio's console. */
public final class Phones {

  private static final String FORGED = "not-the-auth-token";

  private final TwilioAccount account;
  private final SmsBox box;
  private final SignedPosts posts;
  private volatile String webhook;

  public Phones(TwilioAccount account, SmsBox box, SignedPosts posts) {
    this.account = account;
    this.box = box;
    this.posts = posts;
  }

  /**
   * What came back to a phone.
   *
   * @param sid of the message that the phone sent
   * @param status the application's, 0 if it could not be reached
   * @param twiml what it told Twilio to do
   * @param text what the phone got; null = nothing
   */
  public record Reply(String sid, int status, String twiml, String text) {}

  /** Where messages go from now on; null = nowhere. */
  public void webhook(String address) {
    webhook = address;
  }

  /**
   * Where messages go.
   *
   * @throws IllegalStateException if there is no webhook
   */
  public URI webhook() {
    if (webhook == null) {
      throw new IllegalStateException("The number has no webhook; name its address");
    }
    return URI.create(webhook);
  }

  /**
   * A phone texts the account's number. {@code STOP} and {@code START} also close and open the
   * number for sending, as Twilio's default handling does; its own answers to them are not shown.
   */
  public Reply text(String from, String body) {
    return text(from, body, webhook());
  }

  /** The same, to another address. */
  public Reply text(String from, String body, URI address) {
    return post(box.receive(from, account.number(), body), address, account.authToken());
  }

  /** Delivers a message again that a phone sent before. */
  public Reply repeat(String sid, URI address) {
    return post(box.find(sid), address, account.authToken());
  }

  /** Somebody who does not know the auth token pretends that a phone has texted. */
  public Reply forge(String from, String body, URI address) {
    return post(box.receive(from, account.number(), body), address, FORGED);
  }

  private Reply post(Sms sms, URI address, String authToken) {
    if (authToken.equals(account.authToken())) {
      noteKeyword(sms);
    }
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", sms.sid());
    form.put("SmsSid", sms.sid());
    form.put("AccountSid", account.sid());
    form.put("From", sms.from());
    form.put("To", sms.to());
    form.put("Body", sms.body());
    form.put("NumMedia", "0");
    form.put("NumSegments", String.valueOf(Segments.of(sms.body())));
    form.put("ApiVersion", "2010-04-01");
    Answered answered = posts.post(address, form, authToken);
    String text = answered.status() == 200 ? message(answered.body()) : null;
    if (text == null || box.refusal(sms.from()) != null) {
      return new Reply(sms.sid(), answered.status(), answered.body(), null);
    }
    box.reply(sms.from(), account.number(), text);
    return new Reply(sms.sid(), answered.status(), answered.body(), text);
  }

  private void noteKeyword(Sms sms) {
    switch (sms.body().trim().toUpperCase(Locale.ROOT)) {
      case "STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "OPTOUT", "REVOKE" ->
          box.refuse(sms.from(), 21610);
      case "START", "YES", "UNSTOP" -> box.allow(sms.from());
      default -> {
        // Any other text is the application's business.
      }
    }
  }

  /** The text that TwiML has sent; null where it has none, or is no TwiML. */
  private static String message(String twiml) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new StringReader(twiml));
      while (xml.hasNext()) {
        if (xml.next() == XMLStreamReader.START_ELEMENT && xml.getLocalName().equals("Message")) {
          return xml.getElementText();
        }
      }
      return null;
    } catch (XMLStreamException e) {
      return null;
    }
  }
}
