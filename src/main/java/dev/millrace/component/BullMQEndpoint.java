package dev.millrace.component;

import dev.millrace.queue.ConsumerOptions;
import dev.millrace.queue.QueueEngine;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Work and fill BullMQ queues; any number of queues on two Redis connections.
 *
 * <p>A consumer gives the job's data, parsed from JSON, as the body. When the route completes, its
 * body becomes the job's return value; an exception that nobody handled fails the attempt. A
 * producer adds one job, or one for each element of a list.
 */
@UriEndpoint(
    firstVersion = "0.1.0",
    scheme = "bullmq",
    title = "BullMQ",
    syntax = "bullmq:queueName",
    category = {Category.MESSAGING},
    headersClass = BullMQConstants.class)
public class BullMQEndpoint extends DefaultEndpoint {

  /** What may stand behind the question mark, for the hint at a typing mistake. */
  static final Set<String> OPTIONS = options();

  @UriPath(description = "Name of the queue, without colons.")
  @Metadata(required = true)
  private final String queueName;

  @UriParam private final BullMQConfiguration configuration;
  @UriParam private final SchedulerConfiguration schedule = new SchedulerConfiguration();

  BullMQEndpoint(
      String uri, BullMQComponent component, String queueName, BullMQConfiguration configuration) {
    super(uri, component);
    this.queueName = queueName;
    this.configuration = configuration;
  }

  private static Set<String> options() {
    Set<String> options = new TreeSet<>();
    for (var type : List.of(BullMQConfiguration.class, SchedulerConfiguration.class)) {
      for (var field : type.getDeclaredFields()) {
        if (field.isAnnotationPresent(UriParam.class)) {
          options.add(field.getName());
        }
      }
    }
    return Set.copyOf(options);
  }

  @Override
  public Consumer createConsumer(Processor processor) throws Exception {
    BullMQConsumer consumer = new BullMQConsumer(this, processor, consumerOptions());
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    return new BullMQProducer(this);
  }

  private ConsumerOptions consumerOptions() {
    return new ConsumerOptions(
        queueName,
        configuration.getConcurrency(),
        Duration.ofMillis(configuration.getLockDuration()),
        RetentionText.parse(
            "removeOnComplete",
            configuration.getRemoveOnComplete(),
            ConsumerOptions.DEFAULT_REMOVE_ON_COMPLETE),
        RetentionText.parse(
            "removeOnFail",
            configuration.getRemoveOnFail(),
            ConsumerOptions.DEFAULT_REMOVE_ON_FAIL));
  }

  QueueEngine engine() {
    return ((BullMQComponent) getComponent()).requireEngine();
  }

  public String getQueueName() {
    return queueName;
  }

  public BullMQConfiguration getConfiguration() {
    return configuration;
  }

  public SchedulerConfiguration getSchedule() {
    return schedule;
  }
}
