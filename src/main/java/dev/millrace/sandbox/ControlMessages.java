package dev.millrace.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.sandbox.calendar.Push;
import dev.millrace.sandbox.http.Json;
import dev.millrace.sandbox.http.Refusal;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.mail.MailServer;
import dev.millrace.sandbox.twilio.Phones;
import dev.millrace.sandbox.twilio.Sms;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.MimeMessage;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** {@code /sandbox/mail}, {@code /sandbox/sms}, {@code /sandbox/pushes}: what was sent. */
final class ControlMessages {

  private final Sandbox sandbox;

  ControlMessages(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  Response answer(Request request, List<String> path) {
    ObjectNode body = request.body().length == 0 ? Json.object() : Json.read(request.body());
    return switch (request.method() + " " + String.join("/", path)) {
      case "GET mail" -> mail();
      case "GET sms" -> sms();
      case "GET pushes" -> pushes();
      case "POST pushes" -> setPushes(body);
      case "POST sms/inbound" -> inbound(body);
      case "POST sms/status" ->
          status(
              sandbox
                  .callbacks()
                  .report(
                      ControlApi.required(body, "sid"),
                      ControlApi.required(body, "status"),
                      body.has("errorCode") ? body.get("errorCode").asInt() : null));
      case "POST sms/refuse" -> {
        sandbox
            .sms()
            .refuse(
                ControlApi.required(body, "number"),
                Integer.parseInt(ControlApi.required(body, "code")));
        yield ControlApi.done();
      }
      case "POST sms/allow" -> {
        sandbox.sms().allow(ControlApi.required(body, "number"));
        yield ControlApi.done();
      }
      default -> ControlApi.notFound(request);
    };
  }

  private Response inbound(ObjectNode body) {
    String from = ControlApi.required(body, "from");
    String text = body.path("body").asText();
    Phones phones = sandbox.phones();
    URI address;
    try {
      address = body.has("url") ? URI.create(body.get("url").asText()) : phones.webhook();
    } catch (IllegalStateException e) {
      throw new Refusal(Response.text(400, e.getMessage() + " as \"url\""));
    }
    return reply(
        body.path("forged").asBoolean()
            ? phones.forge(from, text, address)
            : phones.text(from, text, address));
  }

  private static Response reply(Phones.Reply reply) {
    return Response.json(
        200,
        Json.object()
            .put("sid", reply.sid())
            .put("answeredWith", reply.status())
            .put("twiml", reply.twiml())
            .put("text", reply.text()));
  }

  private static Response status(int status) {
    return Response.json(200, Json.object().put("answeredWith", status));
  }

  private Response mail() {
    ArrayNode list = Json.array();
    for (MimeMessage message : sandbox.mail().messages()) {
      ObjectNode json = list.addObject();
      ArrayNode to = json.putArray("to");
      MailServer.recipients(message).forEach(to::add);
      json.put("subject", subject(message)).put("text", MailServer.text(message));
    }
    return Response.json(200, Json.object().set("mail", list));
  }

  static String subject(MimeMessage message) {
    try {
      return message.getSubject();
    } catch (MessagingException e) {
      throw new IllegalStateException("A received message cannot be read", e);
    }
  }

  private Response sms() {
    ArrayNode list = Json.array();
    for (Sms sms : sandbox.sms().all()) {
      ObjectNode json = list.addObject();
      json.put("sid", sms.sid()).put("direction", sms.direction());
      json.put("to", sms.to()).put("from", sms.from()).put("body", sms.body());
      json.put("status", sms.status()).put("errorCode", sms.errorCode());
    }
    return Response.json(200, Json.object().set("sms", list));
  }

  private Response pushes() {
    ArrayNode list = Json.array();
    for (Push push : sandbox.channels().pushes()) {
      ObjectNode json = list.addObject();
      json.put("at", push.at().toString()).put("channelId", push.channelId());
      json.put("messageNumber", push.messageNumber()).put("state", push.state());
      json.put("status", push.status()).put("dropped", push.dropped());
    }
    return Response.json(200, Json.object().set("pushes", list));
  }

  private Response setPushes(ObjectNode body) {
    if (body.has("drop")) {
      sandbox.channels().dropNext(body.get("drop").asInt());
    }
    if (body.has("duplicate")) {
      sandbox.channels().duplicateNext(body.get("duplicate").asInt());
    }
    if (body.has("longestLifeSeconds")) {
      sandbox.channels().limitLife(Duration.ofSeconds(body.get("longestLifeSeconds").asLong()));
    }
    return ControlApi.done();
  }
}
