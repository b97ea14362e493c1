package dev.millrace.component;

import org.apache.camel.Exchange;
import org.apache.camel.telemetry.decorators.AbstractMessagingSpanDecorator;

/**
 * Names spans of {@code bullmq:} endpoints by their queue, and tells the job's id. Loaded by
 * Camel's tracers alone; without one on the class path nobody asks for it.
 */
public class BullMQSpanDecorator extends AbstractMessagingSpanDecorator {

  @Override
  public String getComponent() {
    return "bullmq";
  }

  @Override
  public String getComponentClassName() {
    return BullMQComponent.class.getName();
  }

  @Override
  protected String getMessageId(Exchange exchange) {
    return exchange.getIn().getHeader(BullMQConstants.JOB_ID, String.class);
  }
}
