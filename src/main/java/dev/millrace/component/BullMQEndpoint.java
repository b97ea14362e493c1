package dev.millrace.component;

import dev.millrace.queue.ConsumerOptions;
import dev.millrace.queue.QueueEngine;
import dev.millrace.queue.RateLimit;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;

/**
 * Work and fill BullMQ queues; any number of queues on two Redis connections.
 *
 * <p>A consumer gives the job's data, parsed from JSON, as the body. When the route completes, its
 * body becomes the job's return value; an exception that nobody handled fails the attempt. A
 * producer adds one job, or one for each element of a list; with the option operation it manages
 * the queue and its jobs instead.
 *
 * <p>{@code bullmq:events?queues=a,b} is about the events of those queues instead, all on one
 * further connection: a consumer gives each as a map of its fields, a producer writes events of
 * one's own.
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
  @UriParam private final AddConfiguration adding;
  @UriParam private final OperationConfiguration operations = new OperationConfiguration();
  @UriParam private final SchedulerConfiguration schedule = new SchedulerConfiguration();

  private final Map<String, Map<String, String>> places = new ConcurrentHashMap<>();

  BullMQEndpoint(
      String uri,
      BullMQComponent component,
      String queueName,
      BullMQConfiguration configuration,
      AddConfiguration adding) {
    super(uri, component);
    this.queueName = queueName;
    this.configuration = configuration;
    this.adding = adding;
  }

  private static Set<String> options() {
    Set<String> options = new TreeSet<>();
    for (var type :
        List.of(
            BullMQConfiguration.class,
            AddConfiguration.class,
            OperationConfiguration.class,
            SchedulerConfiguration.class)) {
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
    DefaultConsumer consumer =
        isEvents()
            ? new BullMQEventsConsumer(this, processor, EventsText.of(configuration))
            : new BullMQConsumer(this, processor, consumerOptions());
    configureConsumer(consumer);
    return consumer;
  }

  @Override
  public Producer createProducer() {
    if (isEvents()) {
      return new BullMQEventsProducer(this, EventsText.of(configuration));
    }
    return new BullMQProducer(this);
  }

  private ConsumerOptions consumerOptions() {
    return ConsumerOptions.builder(queueName)
        .concurrency(configuration.getConcurrency())
        .batchSize(configuration.getBatchSize())
        .timeout(
            configuration.getTimeout() == 0 ? null : Duration.ofMillis(configuration.getTimeout()))
        .limiter(
            configuration.getRateLimitMax() == 0
                ? null
                : new RateLimit(
                    configuration.getRateLimitMax(),
                    Duration.ofMillis(configuration.getRateLimitDuration())))
        .metrics(configuration.getMetrics())
        .backoff(configuration.getBackoffStrategy())
        .backoffMax(
            configuration.getBackoffMax() == 0
                ? null
                : Duration.ofMillis(configuration.getBackoffMax()))
        .lockDuration(Duration.ofMillis(configuration.getLockDuration()))
        .removeOnComplete(
            RetentionText.parse(
                "removeOnComplete",
                configuration.getRemoveOnComplete(),
                ConsumerOptions.DEFAULT_REMOVE_ON_COMPLETE))
        .removeOnFail(
            RetentionText.parse(
                "removeOnFail",
                configuration.getRemoveOnFail(),
                ConsumerOptions.DEFAULT_REMOVE_ON_FAIL))
        .build();
  }

  /** Whether it is about the events of queues, and not about a queue. */
  private boolean isEvents() {
    return configuration.getQueues() != null;
  }

  /**
   * How far a route has come in the events of each queue. Kept here, because Camel makes a new
   * consumer when a stopped route starts again.
   */
  Map<String, String> places(String routeId) {
    return places.computeIfAbsent(String.valueOf(routeId), id -> new ConcurrentHashMap<>());
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

  public AddConfiguration getAdding() {
    return adding;
  }

  public OperationConfiguration getOperations() {
    return operations;
  }

  public SchedulerConfiguration getSchedule() {
    return schedule;
  }
}
