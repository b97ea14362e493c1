package dev.millrace.sandbox.twilio;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.http.StandIn;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** Twilio's Messages resource: create, fetch, list. */
public final class TwilioService implements StandIn {

  private static final int LONGEST_BODY = 1_600;

  private final TwilioAccount account;
  private final SmsBox box;
  private final StatusCallbacks callbacks;

  public TwilioService(TwilioAccount account, SmsBox box, StatusCallbacks callbacks) {
    this.account = account;
    this.box = box;
    this.callbacks = callbacks;
  }

  @Override
  public Service service() {
    return Service.TWILIO;
  }

  @Override
  public boolean serves(Request request) {
    return true;
  }

  @Override
  public Response failure(int status, String reason) {
    return TwilioError.failure(status, reason);
  }

  @Override
  public Response answer(Request request) {
    if (!isAuthorized(request)) {
      return TwilioError.unauthorized();
    }
    List<String> path = request.segments();
    if (path.size() < 4
        || !path.subList(0, 3).equals(List.of("2010-04-01", "Accounts", account.sid()))) {
      throw notFound(request);
    }
    if (path.size() == 4 && path.get(3).equals("Messages.json")) {
      return switch (request.method()) {
        case "POST" -> create(request);
        case "GET" -> list(request);
        default ->
            TwilioError.response(405, 20004, "Method not allowed").with("Allow", "GET, POST");
      };
    }
    if (path.size() == 5 && path.get(3).equals("Messages") && path.get(4).endsWith(".json")) {
      Sms sms = box.find(path.get(4).substring(0, path.get(4).length() - 5));
      if (sms == null) {
        throw notFound(request);
      }
      return request.method().equals("GET")
          ? Response.json(200, json(sms))
          : TwilioError.response(405, 20004, "Method not allowed").with("Allow", "GET");
    }
    throw notFound(request);
  }

  private static RuntimeException notFound(Request request) {
    return TwilioError.refuse(
        404, 20404, "The requested resource " + request.path() + " was not found");
  }

  private boolean isAuthorized(Request request) {
    String header = request.header("Authorization");
    if (header == null || !header.startsWith("Basic ")) {
      return false;
    }
    String wanted = account.sid() + ":" + account.authToken();
    try {
      byte[] sent = Base64.getDecoder().decode(header.substring(6).trim());
      return wanted.equals(new String(sent, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private Response create(Request request) {
    Query form = request.isForm() ? request.form() : Query.parse("");
    String to = text(form, "To");
    String service = text(form, "MessagingServiceSid");
    // its pool has one number, the account's
    String from = service.isEmpty() ? text(form, "From") : account.number();
    String body = text(form, "Body");
    if (to.isEmpty()) {
      throw TwilioError.refuse(400, 21604, "A 'To' phone number is required.");
    }
    if (from.isEmpty()) {
      throw TwilioError.refuse(400, 21603, "A 'From' phone number is required.");
    }
    if (!service.isEmpty() && !service.matches("MG[0-9a-f]{32}")) {
      throw TwilioError.refuse(400, 21705, "The Messaging Service Sid " + service + " is invalid.");
    }
    if (body.isEmpty()) {
      throw TwilioError.refuse(400, 21602, "Message body is required.");
    }
    if (body.length() > LONGEST_BODY) {
      throw TwilioError.refuse(
          400, 21617, "The concatenated message body exceeds the 1600 character limit");
    }
    if (!isE164(to)) {
      throw TwilioError.number(21211, to);
    }
    if (!isE164(from)) {
      throw TwilioError.refuse(400, 21212, "Invalid 'From' Phone Number: " + from);
    }
    if (!from.equals(account.number())) {
      throw TwilioError.refuse(
          400,
          21606,
          "The 'From' phone number provided ("
              + from
              + ") is not a valid message-capable Twilio"
              + " phone number for this destination.");
    }
    if (to.equals(from)) {
      throw TwilioError.refuse(400, 21266, "'To' and 'From' number cannot be the same");
    }
    Integer refusal = box.refusal(to);
    if (refusal != null) {
      throw TwilioError.number(refusal, to);
    }
    String callback = text(form, "StatusCallback");
    if (!callback.isEmpty() && !callback.matches("https?://.+")) {
      throw TwilioError.refuse(
          400, 21609, "The 'StatusCallback' URL " + callback + " is not a valid URL.");
    }
    Sms sms =
        box.queue(
            to,
            from,
            body,
            callback.isEmpty() ? null : callback,
            service.isEmpty() ? null : service);
    callbacks.sent(sms);
    return Response.json(201, json(sms));
  }

  private static String text(Query form, String name) {
    return form.has(name) ? form.get(name) : "";
  }

  private static boolean isE164(String number) {
    return number.matches("\\+[1-9]\\d{6,14}");
  }

  private Response list(Request request) {
    MessageFilter filter = MessageFilter.parse(request.query());
    List<Sms> matching = box.newestFirst().stream().filter(filter::matches).toList();
    int from = Math.min(filter.page() * filter.pageSize(), matching.size());
    int to = Math.min(from + filter.pageSize(), matching.size());
    ObjectNode body = Json.object();
    ArrayNode messages = body.putArray("messages");
    matching.subList(from, to).forEach(sms -> messages.add(json(sms)));
    body.put("page", filter.page()).put("page_size", filter.pageSize());
    body.put("start", from).put("end", Math.max(from, to - 1));
    body.put("uri", request.path());
    body.put("first_page_uri", filter.uri(request.path(), 0));
    body.put(
        "next_page_uri",
        to < matching.size() ? filter.uri(request.path(), filter.page() + 1) : null);
    body.put(
        "previous_page_uri",
        filter.page() > 0 ? filter.uri(request.path(), filter.page() - 1) : null);
    return Response.json(200, body);
  }

  private ObjectNode json(Sms sms) {
    String uri = "/2010-04-01/Accounts/" + account.sid() + "/Messages/" + sms.sid();
    ObjectNode json = Json.object();
    json.put("account_sid", account.sid()).put("api_version", "2010-04-01");
    json.put("body", sms.body()).put("direction", sms.direction());
    json.put("date_created", MessageFilter.rfc2822(sms.dateCreated()));
    json.put("date_sent", MessageFilter.rfc2822(sms.dateSent()));
    json.put(
        "date_updated",
        MessageFilter.rfc2822(sms.dateSent() == null ? sms.dateCreated() : sms.dateSent()));
    json.put("error_code", sms.errorCode());
    json.putNull("error_message");
    json.put("from", sms.from()).put("to", sms.to());
    json.put("messaging_service_sid", sms.service());
    json.put("num_media", "0").put("num_segments", String.valueOf(Segments.of(sms.body())));
    json.putNull("price").put("price_unit", "USD");
    json.put("sid", sms.sid()).put("status", sms.status());
    json.putObject("subresource_uris").put("media", uri + "/Media.json");
    return json.put("uri", uri + ".json");
  }
}
