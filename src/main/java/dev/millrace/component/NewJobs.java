package dev.millrace.component;

import dev.millrace.queue.Backoff;
import dev.millrace.queue.Deduplication;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import java.time.Duration;
import org.apache.camel.Exchange;

/**
 * Makes jobs of what an endpoint says, what headers override, and bodies. An option's text with
 * <code>${…}</code> in it is a Simple expression; it sees the job's data as the body, so that in a
 * list each job can have its own id.
 */
final class NewJobs {

  private final BullMQEndpoint endpoint;
  private final OptionTexts texts;

  NewJobs(BullMQEndpoint endpoint) {
    this.endpoint = endpoint;
    AddConfiguration c = endpoint.getAdding();
    texts =
        new OptionTexts(endpoint.getCamelContext())
            .with("name", c.getName())
            .with("jobId", c.getJobId())
            .with("delay", c.getDelay())
            .with("priority", c.getPriority())
            .with("attempts", c.getAttempts())
            .with("backoffType", c.getBackoffType())
            .with("backoffDelay", c.getBackoffDelay())
            .with("backoffJitter", c.getBackoffJitter())
            .with("deduplicationId", c.getDeduplicationId())
            .with("deduplicationTtl", c.getDeduplicationTtl())
            .with("keepLogs", endpoint.getOperations().getKeepLogs());
  }

  NewJob of(Exchange exchange, Object data) {
    Exchange view = texts.haveExpressions() ? view(exchange, data) : exchange;
    String name = text(view, "name", BullMQConstants.ADD_NAME);
    return new NewJob(
        name == null ? endpoint.getQueueName() : name, JobBody.payload(data), options(view));
  }

  private JobOptions options(Exchange view) {
    AddConfiguration c = endpoint.getAdding();
    BullMQConfiguration common = endpoint.getConfiguration();
    JobOptions.Builder options =
        JobOptions.builder()
            .jobId(text(view, "jobId", BullMQConstants.ADD_JOB_ID))
            .lifo(c.isLifo())
            .stackTraceLimit(c.getStackTraceLimit())
            .sizeLimit(c.getSizeLimit())
            .omitContext(c.isOmitContext())
            .telemetryMetadata(
                c.isOmitContext() ? null : TraceContext.write(view.getMessage().getHeaders()))
            .removeOnComplete(
                RetentionText.parse("removeOnComplete", common.getRemoveOnComplete(), null))
            .removeOnFail(RetentionText.parse("removeOnFail", common.getRemoveOnFail(), null))
            .backoff(backoff(view))
            .deduplication(deduplication(view));
    Duration delay = duration(view, "delay", BullMQConstants.ADD_DELAY);
    if (delay != null) {
      options.delay(delay);
    }
    String priority = text(view, "priority", BullMQConstants.ADD_PRIORITY);
    if (priority != null) {
      options.priority(OptionTexts.parse("priority", priority));
    }
    String attempts = text(view, "attempts", BullMQConstants.ADD_ATTEMPTS);
    if (attempts != null) {
      options.attempts(OptionTexts.parse("attempts", attempts));
    }
    String keepLogs = text(view, "keepLogs", null);
    if (keepLogs != null) {
      options.keepLogs(OptionTexts.parse("keepLogs", keepLogs));
    }
    return options.build();
  }

  private Backoff backoff(Exchange view) {
    Duration delay = duration(view, "backoffDelay", null);
    String type = text(view, "backoffType", null);
    if (delay == null) {
      if (type != null) {
        throw new IllegalArgumentException(
            "backoffType "
                + type
                + " needs backoffDelay, the first wait, such as backoffDelay=30s");
      }
      return null;
    }
    String jitter = text(view, "backoffJitter", null);
    try {
      return Backoff.of(
          type == null ? "fixed" : type, delay, jitter == null ? 0 : Double.parseDouble(jitter));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "backoffJitter \"" + jitter + "\" is not a number from 0 to 1", e);
    }
  }

  private Deduplication deduplication(Exchange view) {
    String id = text(view, "deduplicationId", BullMQConstants.ADD_DEDUPLICATION_ID);
    Duration ttl = duration(view, "deduplicationTtl", null);
    AddConfiguration c = endpoint.getAdding();
    boolean keepLast = c.isKeepLastIfActive();
    if (id == null) {
      if (ttl != null
          || keepLast
          || c.isDeduplicationExtend()
          || c.isDeduplicationReplace()
          || c.isDeduplicationReschedule()) {
        throw new IllegalArgumentException(
            "deduplicationTtl, -Extend, -Replace, -Reschedule and keepLastIfActive need deduplicationId,"
                + " what is to be unique");
      }
      return null;
    }
    return new Deduplication(
        id,
        ttl,
        c.isDeduplicationExtend(),
        c.isDeduplicationReplace(),
        keepLast,
        c.isDeduplicationReschedule());
  }

  private String text(Exchange view, String option, String header) {
    Object overriding = header == null ? null : view.getMessage().getHeader(header);
    if (overriding != null) {
      return overriding.toString();
    }
    return texts.said(view, option);
  }

  private Duration duration(Exchange view, String option, String header) {
    if (header != null && view.getMessage().getHeader(header) instanceof Duration duration) {
      return duration;
    }
    String text = text(view, option, header);
    if (text == null || text.isBlank()) {
      return null;
    }
    return OptionTexts.duration(option, text.trim());
  }

  /** The exchange as an expression for one job sees it. */
  private static Exchange view(Exchange exchange, Object data) {
    Exchange view = exchange.copy();
    view.getMessage().setBody(data);
    return view;
  }
}
