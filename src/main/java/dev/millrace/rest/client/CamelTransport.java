package dev.millrace.rest.client;

import java.io.IOException;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.FluentProducerTemplate;
import org.apache.camel.ServiceStatus;
import org.apache.camel.support.DefaultExchange;
import org.springframework.util.unit.DataSize;

/**
 * Sends through the route {@code redis-over-http}, so that repeats, time-outs, TLS and meters are
 * Camel's, and can be changed in {@code routes/redis-over-http.camel.yaml}.
 */
final class CamelTransport implements RestTransport {

  private static final String ROUTE = "redis-over-http";
  private static final String ENDPOINT = "direct:redis-over-http";

  /** Tells the route whether it may send again what may have arrived. */
  static final String REPEATABLE = "repeatable";

  private final CamelContext camel;
  private final FluentProducerTemplate producer;
  private final Supplier<RestTarget> target;
  private final int largestAnswer;

  CamelTransport(CamelContext camel, Supplier<RestTarget> target, DataSize largestAnswer) {
    this.camel = camel;
    this.producer = camel.createFluentProducerTemplate();
    this.target = target;
    this.largestAnswer = Math.toIntExact(largestAnswer.toBytes());
  }

  @Override
  public String obstacle() {
    ServiceStatus route = camel.getRouteController().getRouteStatus(ROUTE);
    if (route == null && camel.isStarted()) {
      return "there is no route " + ROUTE + "; routes/redis-over-http.camel.yaml has it";
    }
    if (route == null || !route.isStarted()) {
      return "the route " + ROUTE + " is not started";
    }
    return target.get() == null ? "the gateway of this application is not up yet" : null;
  }

  @Override
  public RestAnswer exchange(RestRequest request, String syncToken) throws IOException {
    RestTarget server = target.get();
    Exchange asked = new DefaultExchange(camel);
    asked.setProperty(REPEATABLE, request.repeatable());
    asked.setProperty(AnswerBody.LARGEST, largestAnswer);
    asked.getMessage().setBody(request.body());
    asked
        .getMessage()
        .setHeaders(
            Map.of(
                Exchange.HTTP_METHOD,
                "POST",
                Exchange.HTTP_URI,
                server.url() + request.path(),
                "Authorization",
                "Bearer " + server.token(),
                "Content-Type",
                contentType(request),
                "Upstash-Encoding",
                "base64",
                "Upstash-Sync-Token",
                syncToken));
    Exchange answered = producer.withExchange(asked).to(ENDPOINT).send();
    Exception failure = answered.getException();
    if (failure instanceof AnswerBody.TooLarge tooLarge) {
      throw tooLarge;
    }
    if (failure != null) {
      throw failure instanceof IOException lost ? lost : new IOException(failure);
    }
    Integer status = answered.getMessage().getHeader(Exchange.HTTP_RESPONSE_CODE, Integer.class);
    if (status == null) {
      throw new IOException("the route redis-over-http answered without a status");
    }
    Integer repeats = answered.getMessage().getHeader(Exchange.REDELIVERY_COUNTER, Integer.class);
    return new RestAnswer(
        status,
        answered.getMessage().getHeader("Upstash-Sync-Token", String.class),
        answered.getMessage().getBody(byte[].class),
        1 + (repeats == null ? 0 : repeats));
  }

  private static String contentType(RestRequest request) {
    return request.path().isEmpty() || request.path().matches("/pipeline|/multi-exec")
        ? "application/json"
        : "application/octet-stream";
  }
}
