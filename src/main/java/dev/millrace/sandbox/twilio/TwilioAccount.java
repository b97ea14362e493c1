package dev.millrace.sandbox.twilio;

/**
 * The one account the stand-in knows.
 *
 * @param number the account's sender number, E.164
 */
public record TwilioAccount(String sid, String authToken, String number) {

  @Override
  public String toString() {
    return "TwilioAccount[sid=" + sid + ", number=" + number + "]";
  }
}
