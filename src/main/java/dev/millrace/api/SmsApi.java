package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.sms.DeliveryReport;
import dev.millrace.sms.InboundMessages;
import dev.millrace.sms.InboundSms;
import dev.millrace.sms.SmsAnswer;
import dev.millrace.sms.SmsForm;
import dev.millrace.sms.TwilioSignature;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What {@code routes/http/sms.camel.yaml} calls: Twilio's forms in, TwiML out. */
@Component
public class SmsApi {

  private static final String WEBHOOK = "/api/sms/webhook";
  private static final String STATUS = "/api/sms/status";
  private static final String MESSAGE_ID = "messageId";
  private static final int OK = 200;

  private final TwilioSignature signature;
  private final InboundMessages messages;

  public SmsApi(TwilioSignature signature, InboundMessages messages) {
    this.signature = signature;
    this.messages = messages;
  }

  /** Reads a text message; 403 unless Twilio has signed it, 400 where it has no id or sender. */
  public InboundSms message(String body, String query, String signed) {
    try {
      SmsForm form = signedForm(WEBHOOK, body, query, signed);
      required(form, "MessageSid");
      required(form, "From");
      return InboundSms.of(form);
    } catch (RuntimeException e) {
      messages.count("refused");
      throw e;
    }
  }

  /** Reads a report; 403 unless Twilio has signed it, 400 where it is about nothing. */
  public DeliveryReport report(String body, String query, String signed) {
    SmsForm form = signedForm(STATUS, body, query, signed);
    required(form, "MessageSid");
    required(form, "MessageStatus");
    return DeliveryReport.of(form, id(new QueryString(query).only(MESSAGE_ID)));
  }

  /** What is answered to a text message. */
  public Answer answer(SmsAnswer answer) {
    return new Answer(OK, Map.of(), Twiml.TYPE, Twiml.of(answer.text()));
  }

  /** A report is dealt with: Twilio would not repeat it, whatever it was about. */
  public Answer heard() {
    return Answer.done();
  }

  private SmsForm signedForm(String path, String body, String query, String signed) {
    SmsForm form;
    try {
      form = SmsForm.of(body);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
              HttpStatus.BAD_REQUEST,
              new InvalidField("body", null, e.getMessage() + "; send a form as Twilio does."))
          .asException();
    }
    if (!signature.valid(path, query, form, signed)) {
      throw Problem.of(
              HttpStatus.FORBIDDEN,
              "X-Twilio-Signature is missing or wrong. It is made with twilio.auth-token, of the"
                  + " address that begins with app.public-base-url.")
          .kind("signature-refused")
          .asException();
    }
    return form;
  }

  private static void required(SmsForm form, String name) {
    if (form.text(name).isBlank()) {
      throw Problem.invalid(
              HttpStatus.BAD_REQUEST,
              new InvalidField(name, null, "it is missing; Twilio always sends it."))
          .asException();
    }
  }

  private static UUID id(String sent) {
    try {
      return sent == null ? null : UUID.fromString(sent);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
              HttpStatus.BAD_REQUEST,
              new InvalidField(MESSAGE_ID, sent, "send the id of a message, which is a UUID."))
          .asException();
    }
  }
}
