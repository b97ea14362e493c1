package dev.millrace.sandbox.twilio;

import java.net.URI;
import java.util.Map;
import java.util.TreeMap;

/** Twilio's reports of what became of messages. */
public final class StatusCallbacks {

  private final TwilioAccount account;
  private final SmsBox box;
  private final SignedPosts posts;
  private volatile boolean automatic = true;

  public StatusCallbacks(TwilioAccount account, SmsBox box, SignedPosts posts) {
    this.account = account;
    this.box = box;
    this.posts = posts;
  }

  /** Whether delivery is reported by itself; without it only {@link #report} sends something. */
  public void automatic(boolean on) {
    automatic = on;
  }

  /**
   * Sets a message's status and reports it; calling it in another order than the real one shows
   * what late reports do.
   *
   * @return the receiver's status, 0 if it could not be reached or the message has no callback
   */
  public int report(String sid, String status, Integer errorCode) {
    Sms sms = box.setStatus(sid, status, errorCode);
    if (sms.statusCallback() == null) {
      return 0;
    }
    Map<String, String> form = new TreeMap<>();
    form.put("MessageSid", sid);
    form.put("SmsSid", sid);
    form.put("AccountSid", account.sid());
    form.put("MessageStatus", status);
    form.put("SmsStatus", status);
    form.put("To", sms.to());
    form.put("From", sms.from());
    form.put("ApiVersion", "2010-04-01");
    if (sms.service() != null) {
      form.put("MessagingServiceSid", sms.service());
    }
    if (errorCode != null) {
      form.put("ErrorCode", errorCode.toString());
    }
    return posts.post(URI.create(sms.statusCallback()), form, account.authToken()).status();
  }

  void sent(Sms sms) {
    if (automatic && sms.statusCallback() != null) {
      posts
          .threads()
          .execute(
              () -> {
                report(sms.sid(), "sent", null);
                report(sms.sid(), "delivered", null);
              });
    }
  }
}
