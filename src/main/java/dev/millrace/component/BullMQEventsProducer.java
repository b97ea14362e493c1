package dev.millrace.component;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Writes an event of one's own into the events of each named queue: its name from a header, its
 * fields from the body, a map. The body stays as it is.
 */
public class BullMQEventsProducer extends DefaultProducer {

  private final BullMQEndpoint endpoint;
  private final EventsText text;

  BullMQEventsProducer(BullMQEndpoint endpoint, EventsText text) {
    super(endpoint);
    this.endpoint = endpoint;
    this.text = text;
  }

  /**
   * @throws CamelExchangeException when Redis did not take the event
   */
  @Override
  public void process(Exchange exchange) throws Exception {
    String name = exchange.getMessage().getHeader(BullMQConstants.PUBLISH_EVENT, String.class);
    Map<String, String> fields = fields(exchange.getMessage().getBody());
    for (String queue : text.from().keySet()) {
      try {
        endpoint.engine().events().publish(queue, name, fields).get();
      } catch (ExecutionException e) {
        throw new CamelExchangeException(
            "Event " + name + " could not be written for queue " + queue + ": " + e.getMessage(),
            exchange,
            e.getCause());
      }
    }
  }

  private static Map<String, String> fields(Object body) {
    if (body == null) {
      return Map.of();
    }
    if (!(body instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(
          "A body of type " + body.getClass().getName() + " is no event; set a map of its fields");
    }
    Map<String, String> fields = new LinkedHashMap<>();
    map.forEach(
        (field, value) ->
            fields.put(
                String.valueOf(field), value instanceof String s ? s : JobBody.value(value)));
    return fields;
  }
}
