package dev.millrace.sandbox.twilio;

import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Response;

/** Errors as Twilio words them: a code of its own besides the HTTP status. */
final class TwilioError {

  private TwilioError() {}

  static Refusal refuse(int status, int code, String message) {
    return new Refusal(response(status, code, message));
  }

  static Response response(int status, int code, String message) {
    return Response.json(
        status,
        Json.object()
            .put("code", code)
            .put("message", message)
            .put("more_info", "https://www.twilio.com/docs/errors/" + code)
            .put("status", status));
  }

  static Response unauthorized() {
    return response(401, 20003, "Authenticate")
        .with("WWW-Authenticate", "Basic realm=\"Twilio API\"");
  }

  /** What Twilio says of a number it will not send to. */
  static Refusal number(int code, String to) {
    return switch (code) {
      case 21211 -> refuse(400, code, "Invalid 'To' Phone Number: " + masked(to));
      case 21408 ->
          refuse(
              400,
              code,
              "Permission to send an SMS has not been enabled for the region indicated by the 'To'"
                  + " number: "
                  + to);
      case 21608 ->
          refuse(
              400,
              code,
              "The number "
                  + to
                  + " is unverified. Trial accounts cannot send messages to"
                  + " unverified numbers.");
      case 21610 -> refuse(400, code, "Attempt to send to unsubscribed recipient");
      case 21612 ->
          refuse(
              400,
              code,
              "Message cannot be sent with the current combination of 'To' ("
                  + to
                  + ") and 'From'"
                  + " parameters");
      case 21614 -> refuse(400, code, "'To' number: " + to + ", is not a valid mobile number");
      default -> refuse(400, code, "Message to " + to + " was refused");
    };
  }

  private static String masked(String to) {
    return to.length() <= 4 ? to : to.substring(0, to.length() - 4) + "XXXX";
  }

  static Response failure(int status, String reason) {
    if (reason.matches("\\d{5}")) {
      return response(status, Integer.parseInt(reason), "Refused");
    }
    return switch (status) {
      case 401 -> unauthorized();
      case 403 -> response(403, 20403, "Forbidden");
      case 404 -> response(404, 20404, "The requested resource was not found");
      case 429 -> response(429, 20429, "Too Many Requests");
      case 503 -> response(503, 20503, "Service is temporarily unavailable");
      default ->
          status >= 500
              ? response(status, 20500, "Internal Server Error")
              : response(status, 20001, "Bad Request");
    };
  }
}
