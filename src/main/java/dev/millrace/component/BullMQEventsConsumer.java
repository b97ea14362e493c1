package dev.millrace.component;

import dev.millrace.queue.EventSubscription;
import dev.millrace.queue.QueueEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Suspendable;
import org.apache.camel.support.DefaultConsumer;

/**
 * Turns events into exchanges, one after the other. When the route is suspended or stopped it keeps
 * its place, and goes on from there when it runs again: an event whose exchange was cut off comes
 * once more. A new process begins where the endpoint says.
 */
public class BullMQEventsConsumer extends DefaultConsumer implements Suspendable {

  /** An exchange that is still at work after Camel's own grace is not waited for any longer. */
  private static final long PATIENCE_SECONDS = 2;

  private final BullMQEndpoint endpoint;
  private final EventsText text;
  private EventSubscription subscription;

  BullMQEventsConsumer(BullMQEndpoint endpoint, Processor processor, EventsText text) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.text = text;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    follow();
  }

  @Override
  protected void doSuspend() {
    leave();
  }

  @Override
  protected void doResume() {
    follow();
  }

  @Override
  protected void doStop() throws Exception {
    leave();
    super.doStop();
  }

  private void follow() {
    if (subscription == null) {
      Map<String, String> from = new LinkedHashMap<>(text.from());
      from.putAll(endpoint.places(getRouteId()));
      subscription = endpoint.engine().events().follow(from, this::handle);
    }
  }

  private void leave() {
    if (subscription == null) {
      return;
    }
    subscription.stop().completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    endpoint.places(getRouteId()).putAll(subscription.positions());
    subscription = null;
  }

  private void handle(QueueEvent event) {
    if (!text.names().isEmpty() && !text.names().contains(event.name())) {
      return;
    }
    Exchange exchange = createExchange(false);
    try {
      exchange.getMessage().setHeader(BullMQConstants.EVENT, event.name());
      exchange.getMessage().setHeader(BullMQConstants.EVENT_ID, event.id());
      exchange.getMessage().setHeader(BullMQConstants.QUEUE, event.queue());
      exchange.getMessage().setHeader(BullMQConstants.JOB_ID, event.jobId());
      exchange.getMessage().setBody(event.fields());
      getProcessor().process(exchange);
    } catch (Exception e) {
      exchange.setException(e);
    }
    if (exchange.getException() != null) {
      getExceptionHandler()
          .handleException(
              "Event " + event.name() + " " + event.id() + " of queue " + event.queue() + " failed",
              exchange,
              exchange.getException());
    }
    releaseExchange(exchange, false);
  }
}
