package dev.millrace.component;

import dev.millrace.queue.QueueEngine;
import dev.millrace.setting.Spelling;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.Endpoint;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates {@code bullmq:<queue>} endpoints. All of them share one engine, whatever their number.
 */
@Component("bullmq")
public class BullMQComponent extends DefaultComponent {

  private static final Logger LOG = LoggerFactory.getLogger(BullMQComponent.class);

  @Metadata(
      label = "common",
      autowired = true,
      description =
          "The engine that all endpoints share. The one bean of its type in the registry, unless set.")
  private QueueEngine engine;

  @Metadata(
      label = "common",
      autowired = true,
      description =
          "What holds for single queues, wherever they are named. The one bean of its type in the registry, unless set.")
  private NamedQueues queues;

  @Metadata(label = "common", description = "Defaults for all endpoints of this component.")
  private BullMQConfiguration configuration = new BullMQConfiguration();

  @Metadata(label = "producer", description = "Defaults for all jobs that this component adds.")
  private AddConfiguration adding = new AddConfiguration();

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    if (queues != null) {
      getCamelContext().addStartupListener((camel, alreadyStarted) -> warnOfUnusedSettings());
    }
  }

  private void warnOfUnusedSettings() {
    Set<String> used = new TreeSet<>();
    for (Endpoint endpoint : getCamelContext().getEndpoints()) {
      if (endpoint instanceof BullMQEndpoint ours) {
        used.add(ours.getQueueName());
      }
    }
    if (!used.isEmpty()) {
      queues.queues().keySet().stream()
          .filter(name -> !used.contains(name))
          .sorted()
          .forEach(name -> LOG.warn(NamedQueues.unused(name, used)));
    }
  }

  @Override
  protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters)
      throws Exception {
    if (remaining == null || remaining.isBlank() || remaining.contains(":")) {
      throw new IllegalArgumentException(
          "The queue name in \"bullmq:"
              + remaining
              + "\" must not be empty and must not contain ':'; write bullmq:<queue>, as in bullmq:calendar-sync");
    }
    BullMQConfiguration common = configuration.copy();
    AddConfiguration jobs = adding.copy();
    if (queues != null) {
      queues.get(remaining).apply(common, jobs);
    }
    BullMQEndpoint endpoint = new BullMQEndpoint(uri, this, remaining, common, jobs);
    setProperties(endpoint, parameters);
    EventsText.check(remaining, endpoint.getConfiguration());
    return endpoint;
  }

  /** Camel says only that an option is unknown; a typing mistake deserves its correction. */
  @Override
  protected void validateParameters(
      String uri, Map<String, Object> parameters, String optionPrefix) {
    if (parameters == null || parameters.isEmpty()) {
      return;
    }
    TreeSet<String> known = new TreeSet<>(BullMQEndpoint.OPTIONS);
    StringBuilder text = new StringBuilder();
    for (String unknown : new TreeSet<>(parameters.keySet())) {
      text.append(text.isEmpty() ? "" : " ")
          .append("Unknown option \"")
          .append(unknown)
          .append("\"; ");
      text.append(
          Spelling.nearest(unknown, known)
              .map(near -> "did you mean \"" + near + "\"?")
              .orElse("known are " + known + "."));
    }
    throw new ResolveEndpointFailedException(uri, text.toString());
  }

  /** The engine, or an error that says how to give it one. */
  QueueEngine requireEngine() {
    if (engine == null) {
      throw new IllegalStateException(
          "The component bullmq has no engine; bind one bean of type dev.millrace.queue.QueueEngine to the registry, or set camel.component.bullmq.engine");
    }
    return engine;
  }

  public QueueEngine getEngine() {
    return engine;
  }

  public void setEngine(QueueEngine engine) {
    this.engine = engine;
  }

  public NamedQueues getQueues() {
    return queues;
  }

  public void setQueues(NamedQueues queues) {
    this.queues = queues;
  }

  public AddConfiguration getAdding() {
    return adding;
  }

  public void setAdding(AddConfiguration adding) {
    this.adding = adding;
  }

  public BullMQConfiguration getConfiguration() {
    return configuration;
  }

  public void setConfiguration(BullMQConfiguration configuration) {
    this.configuration = configuration;
  }
}
