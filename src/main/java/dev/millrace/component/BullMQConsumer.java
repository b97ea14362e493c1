package dev.millrace.component;

import dev.millrace.queue.ConsumerOptions;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobRun;
import dev.millrace.queue.QueueConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.ShutdownRunningTask;
import org.apache.camel.Suspendable;
import org.apache.camel.spi.ShutdownAware;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns jobs into exchanges. Suspending stops the taking and lets running jobs finish. By the time
 * Camel stops the consumer its grace for running exchanges is over, so what still runs is handed
 * back to the queue.
 */
public class BullMQConsumer extends DefaultConsumer implements Suspendable, ShutdownAware {

  private static final Logger LOG = LoggerFactory.getLogger(BullMQConsumer.class);

  private final BullMQEndpoint endpoint;
  private final ConsumerOptions options;
  private volatile QueueConsumer consumer;

  BullMQConsumer(BullMQEndpoint endpoint, Processor processor, ConsumerOptions options) {
    super(endpoint, processor);
    this.endpoint = endpoint;
    this.options = options;
  }

  @Override
  protected void doStart() throws Exception {
    super.doStart();
    if (consumer == null) {
      ConsumerOptions all = options.toBuilder().mode(firstMode()).build();
      consumer =
          all.batchSize() == 1
              ? endpoint.engine().consume(all, this::handle)
              : endpoint.engine().consumeBatches(all, this::handleBatch);
      LOG.info(
          "Queue {}: consumer created ({}, concurrency {})",
          options.queue(),
          all.mode().text(),
          options.concurrency());
    } else {
      consumer.resume();
    }
  }

  private String mode(String queue) {
    ConsumptionMode now = endpoint.engine().modeOf(queue);
    return (now == null ? options.mode() : now).text();
  }

  private ConsumptionMode firstMode() {
    if (getRoute() == null || getRoute().getRoutePolicyList() == null) {
      return options.mode();
    }
    return getRoute().getRoutePolicyList().stream()
        .filter(ConsumptionModeSource.class::isInstance)
        .map(policy -> ((ConsumptionModeSource) policy).modeOf(options.queue()))
        .findFirst()
        .orElse(options.mode());
  }

  @Override
  protected void doSuspend() {
    consumer.suspend();
  }

  @Override
  protected void doResume() {
    consumer.resume();
  }

  @Override
  protected void doStop() throws Exception {
    QueueConsumer open = consumer;
    consumer = null;
    if (open != null) {
      open.close(Duration.ZERO).join();
    }
    super.doStop();
  }

  @Override
  public boolean deferShutdown(ShutdownRunningTask task) {
    return false;
  }

  @Override
  public int getPendingExchangesSize() {
    QueueConsumer open = consumer;
    return open == null ? 0 : open.running();
  }

  @Override
  public void prepareShutdown(boolean suspendOnly, boolean forced) {
    QueueConsumer open = consumer;
    if (open != null) {
      open.suspend();
    }
  }

  private void handle(JobRun run) {
    Exchange exchange = createExchange(false);
    fill(exchange.getMessage(), run.job());
    exchange.getExchangeExtension().addOnCompletion(new BullMQAck(endpoint, run, exchange));
    getAsyncProcessor().process(exchange, doneSync -> releaseExchange(exchange, false));
  }

  /** One exchange whose body is a list of exchanges, one for each job. */
  private void handleBatch(List<JobRun> runs) {
    Map<Exchange, BullMQAck> acks = new LinkedHashMap<>();
    for (JobRun run : runs) {
      Exchange exchange = endpoint.createExchange();
      try {
        fill(exchange.getMessage(), run.job());
      } catch (RuntimeException e) {
        // The others of its batch are to run.
        run.fail(e, true);
        continue;
      }
      acks.put(exchange, new BullMQAck(endpoint, run, exchange));
    }
    if (acks.isEmpty()) {
      return;
    }
    Exchange outer = createExchange(false);
    outer.getExchangeExtension().addOnCompletion(new BullMQBatchAck(acks));
    outer.getMessage().setHeader(BullMQConstants.QUEUE, options.queue());
    outer.getMessage().setBody(new ArrayList<>(acks.keySet()));
    getAsyncProcessor().process(outer, doneSync -> releaseExchange(outer, false));
  }

  private void fill(Message message, Job job) {
    message.setHeader(BullMQConstants.JOB_ID, job.id());
    message.setHeader(BullMQConstants.JOB_NAME, job.name());
    message.setHeader(BullMQConstants.QUEUE, job.queue());
    message.setHeader(BullMQConstants.CONSUMPTION_MODE, mode(job.queue()));
    message.setHeader(BullMQConstants.ATTEMPTS_MADE, job.attemptsMade());
    message.setHeader(BullMQConstants.MAX_ATTEMPTS, Math.max(job.options().attempts(), 1));
    message.setHeader(BullMQConstants.TIMESTAMP, job.timestamp());
    message.setHeader(BullMQConstants.PRIORITY, job.priority());
    if (!job.options().omitContext()) {
      TraceContext.read(job.options().telemetryMetadata()).forEach(message::setHeader);
    }

    if (job.parentKey() != null) {
      message.setHeader(BullMQConstants.PARENT_KEY, job.parentKey());
    }

    if (job.schedulerId() != null) {
      message.setHeader(BullMQConstants.SCHEDULER_ID, job.schedulerId());
    }
    if (endpoint.getConfiguration().isChildrenValues()) {
      message.setHeader(BullMQConstants.CHILDREN_VALUES, Flows.childrenValues(endpoint, job));
    }
    message.setBody(JobBody.read(job.data()));
  }
}
