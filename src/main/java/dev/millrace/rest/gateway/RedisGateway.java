package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import dev.millrace.rest.gateway.Subscriptions.Topic;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What {@code routes/http/redis.camel.yaml} calls: answers a request with what Redis says. */
public final class RedisGateway {

  private static final Logger LOG = LoggerFactory.getLogger(RedisGateway.class);
  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT");
  private static final byte[] EMPTY = {};

  private final CommandRunner runner;
  private final EventStreams streams;
  private final CommandRules rules;
  private final GatewayTokens tokens;
  private final GatewayMeters meters;
  private final JsonCommands json;
  private final RequestPlaces places;
  private final long largest;

  RedisGateway(
      CommandRunner runner,
      EventStreams streams,
      CommandRules rules,
      GatewayTokens tokens,
      RequestPlaces places,
      GatewayMeters meters,
      GatewayProperties properties) {
    this.runner = runner;
    this.streams = streams;
    this.rules = rules;
    this.tokens = tokens;
    this.meters = meters;
    this.places = places;
    this.largest = properties.maxRequestSize().toBytes();
    this.json = new JsonCommands(Math.toIntExact(largest) + 1);
  }

  /** Replaces the request by its answer; returns late when that is a stream of events. */
  public void answer(Exchange exchange) {
    Message message = exchange.getMessage();
    HttpServletRequest request =
        message.getHeader("CamelHttpServletRequest", HttpServletRequest.class);
    HttpServletResponse response =
        message.getHeader("CamelHttpServletResponse", HttpServletResponse.class);
    ReplyFormat format = ReplyFormat.JSON;
    Answer answer;
    try {
      places.checkWait(request);
      format = ReplyFormat.of(request);
      answer = answer(new Asked(request, response, body(message), format));
    } catch (GatewayRefusal refusal) {
      meters.refused(refusal.reason());
      // Neither its text nor its cause, which may repeat what was sent.
      LOG.debug("A request was refused: {}", refusal.reason());
      answer = Answer.of(refusal, format);
    } catch (RuntimeException e) {
      LOG.error("The gateway failed", e);
      GatewayRefusal failed =
          new GatewayRefusal(Reason.FAILED, "ERR the gateway failed; see its log");
      meters.refused(failed.reason());
      answer = Answer.of(failed, format);
    }
    message.removeHeaders("*");
    if (answer == Answer.STREAMED) {
      message.setBody(null);
      return;
    }
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
    message.setHeader(Exchange.CONTENT_TYPE, answer.contentType());
    message.setHeader(SyncToken.HEADER, SyncToken.next());
    message.setBody(answer.body());
  }

  private Answer answer(Asked asked) {
    if (RawRequest.isBroken(asked.request)) {
      throw new GatewayRefusal(Reason.ABORTED, "ERR the request ended before its body did");
    }
    if (!METHODS.contains(asked.request.getMethod())) {
      throw new GatewayRefusal(Reason.METHOD, "ERR method is not GET, HEAD, POST or PUT");
    }
    if (asked.body.length > largest || asked.request.getContentLengthLong() > largest) {
      throw new GatewayRefusal(Reason.SIZE, "ERR max request size exceeded");
    }
    Access access = tokens.of(asked.request);
    RawPath path = GatewayAddress.below(asked.request).orElseThrow();
    ReplyFormat format = asked.format;
    if (path.path().equals("/pipeline")) {
      return Answer.of(format, runner.pipeline(json.many(asked.body), access));
    }
    if (path.path().equals("/multi-exec")) {
      return Answer.of(format, runner.transaction(json.many(asked.body), access));
    }
    if (path.path().length() < 2) {
      return alone(json.one(asked.body), access, format);
    }
    RedisCall call = path.call(asked.body);
    return GatewayAddress.wantsEvents(asked.request) && isStream(call)
        ? stream(call, path, access, asked.response)
        : alone(call, access, format);
  }

  private Answer alone(RedisCall call, Access access, ReplyFormat format) {
    return Answer.of(format, runner.pipeline(List.of(call), access).getFirst());
  }

  private static boolean isStream(RedisCall call) {
    return switch (call.name()) {
      case "SUBSCRIBE", "PSUBSCRIBE", "MONITOR" -> true;
      default -> false;
    };
  }

  private Answer stream(RedisCall call, RawPath path, Access access, HttpServletResponse response) {
    rules
        .streamRefusal(call, access)
        .ifPresent(
            text -> {
              meters.denied();
              throw new GatewayRefusal(Reason.COMMAND, text);
            });
    if (call.name().equals("MONITOR")) {
      streams.monitor(response);
      return Answer.STREAMED;
    }
    byte[] topic = path.topic();
    if (topic.length == 0) {
      throw new GatewayRefusal(
          Reason.COMMAND, "ERR wrong number of arguments for '" + call.text(0) + "' command");
    }
    streams.subscribe(Topic.of(call.name().equals("PSUBSCRIBE"), topic), response);
    return Answer.STREAMED;
  }

  private static byte[] body(Message message) {
    byte[] body = message.getBody(byte[].class);
    return body == null ? EMPTY : body;
  }

  private record Asked(
      HttpServletRequest request, HttpServletResponse response, byte[] body, ReplyFormat format) {}
}
