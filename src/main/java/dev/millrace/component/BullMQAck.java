package dev.millrace.component;

import dev.millrace.queue.JobRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;
import org.apache.camel.util.TimeUtils;

/** Tells the queue how the exchange ended, once the unit of work is done. */
final class BullMQAck extends SynchronizationAdapter {

  private final BullMQEndpoint endpoint;
  private final JobRun run;
  private final Integer childrenSeen;

  /** To be made before the route runs, which may remove headers. */
  BullMQAck(BullMQEndpoint endpoint, JobRun run, Exchange exchange) {
    this.endpoint = endpoint;
    this.run = run;
    Object values = exchange.getMessage().getHeader(BullMQConstants.CHILDREN_VALUES);
    this.childrenSeen = values instanceof Map<?, ?> map ? map.size() : null;
  }

  @Override
  public void onComplete(Exchange exchange) {
    // Camel counts an exchange without an exception as complete, marked for rollback or not.
    if (exchange.isRollbackOnly() || exchange.isRollbackOnlyLast()) {
      onFailure(exchange);
      return;
    }
    try {
      Object waitUntil = exchange.getMessage().getHeader(BullMQConstants.WAIT_UNTIL);
      Object rateLimit = exchange.getMessage().getHeader(BullMQConstants.RATE_LIMIT);
      Object skipped = exchange.getMessage().getHeader(BullMQConstants.SKIPPED);
      if (waitUntil != null) {
        run.waitUntil(instant(waitUntil));
      } else if (rateLimit != null) {
        run.rateLimit(duration(rateLimit));
      } else if (skipped != null) {
        run.skip(skipped.toString());
      } else if (isTrue(exchange, BullMQConstants.WAIT_FOR_CHILDREN)) {
        Flows.waitForChildren(
            endpoint, run, childrenSeen, JobBody.value(exchange.getMessage().getBody()));
      } else {
        run.complete(JobBody.value(exchange.getMessage().getBody()));
      }
    } catch (RuntimeException e) {
      // The work is done but its result cannot be told: running it again would not help.
      run.fail(e, false);
    }
  }

  @Override
  public void onFailure(Exchange exchange) {
    Exception cause = exchange.getException();
    if (cause == null) {
      cause = new IllegalStateException("The route marked its exchange for rollback");
    }
    run.fail(cause, !isTrue(exchange, BullMQConstants.UNRECOVERABLE));
  }

  private static boolean isTrue(Exchange exchange, String header) {
    return "true".equalsIgnoreCase(String.valueOf(exchange.getMessage().getHeader(header)));
  }

  /** Ends the run as its exchange says, whether that failed or not. */
  void settle(Exchange exchange) {
    if (exchange.getException() == null) {
      onComplete(exchange);
    } else {
      onFailure(exchange);
    }
  }

  private static Duration duration(Object value) {
    if (value instanceof Duration duration) {
      return duration;
    }
    try {
      return Duration.ofMillis(TimeUtils.toMilliSeconds(value.toString().trim()));
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Header "
              + BullMQConstants.RATE_LIMIT
              + " holds \""
              + value
              + "\"; set a java.time.Duration, a text such as 30s, or milliseconds",
          e);
    }
  }

  private static Instant instant(Object value) {
    if (value instanceof Instant instant) {
      return instant;
    }
    if (value instanceof Number millis) {
      return Instant.ofEpochMilli(millis.longValue());
    }
    try {
      String text = value.toString();
      return text.matches("\\d+")
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : Instant.parse(text);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "Header "
              + BullMQConstants.WAIT_UNTIL
              + " holds \""
              + value
              + "\"; set a java.time.Instant, an ISO time or milliseconds since the epoch",
          e);
    }
  }

  @Override
  public String toString() {
    return "BullMQAck[" + run.job().queue() + " " + run.job().id() + "]";
  }
}
