package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** What {@code routes/http/redis.camel.yaml} calls: answers a request with what Redis says. */
public final class RedisGateway {

  private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT");
  private static final byte[] EMPTY = {};

  private final CommandRunner runner;
  private final JsonCommands json;
  private final GatewayTokens tokens;
  private final GatewayMeters meters;
  private final long largest;

  RedisGateway(
      CommandRunner runner,
      GatewayTokens tokens,
      GatewayMeters meters,
      GatewayProperties properties) {
    this.runner = runner;
    this.tokens = tokens;
    this.meters = meters;
    this.largest = properties.maxRequestSize().toBytes();
    this.json = new JsonCommands(Math.toIntExact(largest) + 1);
  }

  /** Replaces the request by its answer. */
  public void answer(Exchange exchange) {
    meters.request();
    Message message = exchange.getMessage();
    HttpServletRequest request =
        message.getHeader("CamelHttpServletRequest", HttpServletRequest.class);
    Answer answer;
    try {
      answer = answer(request, body(message));
    } catch (GatewayRefusal refusal) {
      meters.refused(refusal.reason());
      answer = Answer.of(refusal);
    }
    message.removeHeaders("*");
    message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
    message.setHeader(Exchange.CONTENT_TYPE, answer.contentType());
    message.setHeader(SyncToken.HEADER, SyncToken.next());
    message.setBody(answer.body());
  }

  private Answer answer(HttpServletRequest request, byte[] body) {
    if (!METHODS.contains(request.getMethod())) {
      throw new GatewayRefusal(Reason.METHOD, "ERR method is not GET, HEAD, POST or PUT");
    }
    if (body.length > largest) {
      throw new GatewayRefusal(Reason.SIZE, "ERR max request size exceeded");
    }
    RawPath path = GatewayAddress.below(request).orElseThrow();
    Access access = tokens.of(request);
    ReplyFormat format =
        "base64".equals(request.getHeader("Upstash-Encoding"))
            ? ReplyFormat.BASE64
            : ReplyFormat.JSON;
    if (path.path().equals("/pipeline")) {
      return Answer.ok(format, format.answer(runner.run(json.many(body), access)));
    }
    RedisReply reply = runner.run(List.of(json.one(body)), access).getFirst();
    return Answer.of(format, reply);
  }

  private static byte[] body(Message message) {
    byte[] body = message.getBody(byte[].class);
    return body == null ? EMPTY : body;
  }
}
