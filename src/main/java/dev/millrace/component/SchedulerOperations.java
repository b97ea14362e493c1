package dev.millrace.component;

import dev.millrace.queue.JobScheduler;
import dev.millrace.queue.JobSchedulers;
import dev.millrace.queue.JobTemplate;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.RepeatOptions;
import dev.millrace.queue.ScheduledJob;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.camel.Exchange;
import org.apache.camel.util.TimeUtils;

/**
 * The operations of a producer on the job schedulers of its queue. What they find out is to become
 * the body: of upsertJobScheduler a map with jobId, due (ms) and unchanged; of removeJobScheduler
 * whether there was one; of listJobSchedulers a list of maps, the soonest first. Of the jobs that a
 * scheduler makes, the exchange says data, and name and options as for a job that is added.
 */
final class SchedulerOperations {

  static final String UPSERT = "upsertJobScheduler";
  static final String REMOVE = "removeJobScheduler";
  static final String LIST = "listJobSchedulers";

  /** Values of the option operation that are for this class. */
  static final Set<String> NAMES = Set.of(UPSERT, REMOVE, LIST);

  private final BullMQEndpoint endpoint;
  private final SchedulerConfiguration options;
  private final NewJobs newJobs;

  SchedulerOperations(BullMQEndpoint endpoint) {
    this.endpoint = endpoint;
    this.options = endpoint.getSchedule();
    this.newJobs = new NewJobs(endpoint);
  }

  /**
   * Begins an operation.
   *
   * @param from (list) the first scheduler, from 0
   * @param to (list) the last; -1 = to the end
   * @return what is to become the body
   * @throws IllegalArgumentException when an option is missing or wrong
   */
  CompletableFuture<?> start(String operation, Exchange exchange, long from, long to) {
    JobSchedulers schedulers = endpoint.engine().schedulers(endpoint.getQueueName());
    return switch (operation) {
      case UPSERT ->
          schedulers
              .upsert(schedulerId(exchange), repeat(exchange), template(exchange))
              .thenApply(SchedulerOperations::map);
      case REMOVE -> schedulers.remove(schedulerId(exchange));
      case LIST -> schedulers.list(from, to, true).thenApply(SchedulerOperations::maps);
      default ->
          throw new IllegalArgumentException("operation " + operation + " is not one of " + NAMES);
    };
  }

  private String schedulerId(Exchange exchange) {
    String header =
        exchange.getMessage().getHeader(BullMQConstants.TARGET_SCHEDULER_ID, String.class);
    String id =
        header == null || header.isBlank() ? text(exchange, options.getSchedulerId()) : header;
    if (id == null) {
      throw new IllegalArgumentException(
          "schedulerId is empty; set the header "
              + BullMQConstants.TARGET_SCHEDULER_ID
              + " or the option schedulerId");
    }
    return id;
  }

  private RepeatOptions repeat(Exchange exchange) {
    String pattern = text(exchange, options.getPattern());
    Duration every = duration(exchange, "every", options.getEvery());
    if ((pattern == null) == (every == null)) {
      throw new IllegalArgumentException(
          "a job scheduler needs either every, such as 10m, or pattern, such as 0 3 * * *, and not both");
    }
    RepeatOptions.Builder repeat =
        pattern == null ? RepeatOptions.every(every) : RepeatOptions.cron(pattern);
    String limit = text(exchange, endpoint.getOperations().getLimit());
    if (limit != null) {
      repeat.limit(number("limit", limit));
    }
    return repeat
        .tz(text(exchange, options.getTz()))
        .startDate(time(exchange, "startDate", options.getStartDate()))
        .endDate(time(exchange, "endDate", options.getEndDate()))
        .offset(duration(exchange, "offset", options.getOffset()))
        .immediately(options.isImmediately())
        .build();
  }

  private JobTemplate template(Exchange exchange) {
    NewJob job = newJobs.of(exchange, exchange.getMessage().getBody());
    return new JobTemplate(job.name(), job.data(), job.options());
  }

  private String text(Exchange exchange, String option) {
    if (option == null || !option.contains("${")) {
      return option == null || option.isBlank() ? null : option.trim();
    }
    String text =
        endpoint
            .getCamelContext()
            .resolveLanguage("simple")
            .createExpression(option)
            .evaluate(exchange, String.class);
    return text == null || text.isBlank() ? null : text.trim();
  }

  private Duration duration(Exchange exchange, String option, String value) {
    String text = text(exchange, value);
    if (text == null) {
      return null;
    }
    try {
      // Camel takes text without any number for zero.
      if (Character.isDigit(text.charAt(0))) {
        return Duration.ofMillis(TimeUtils.toMilliSeconds(text));
      }
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(notADuration(option, text), e);
    }
    throw new IllegalArgumentException(notADuration(option, text));
  }

  private static String notADuration(String option, String text) {
    return option + " \"" + text + "\" is not a duration; write 500ms, 30s, 5m or 24h";
  }

  private Instant time(Exchange exchange, String option, String value) {
    String text = text(exchange, value);
    if (text == null) {
      return null;
    }
    try {
      return text.matches("\\d+")
          ? Instant.ofEpochMilli(Long.parseLong(text))
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException | NumberFormatException e) {
      throw new IllegalArgumentException(
          option
              + " \""
              + text
              + "\" is not a time; write 2030-01-01T00:00:00Z or milliseconds since the epoch",
          e);
    }
  }

  private static int number(String option, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " \"" + text + "\" is not a whole number", e);
    }
  }

  private static Map<String, Object> map(ScheduledJob job) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("jobId", job.id());
    map.put("due", job.due().toEpochMilli());
    map.put("unchanged", job.unchanged());
    return map;
  }

  private static List<Map<String, Object>> maps(List<JobScheduler> schedulers) {
    return schedulers.stream().map(SchedulerOperations::map).toList();
  }

  private static Map<String, Object> map(JobScheduler scheduler) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("id", scheduler.id());
    map.put("name", scheduler.name());
    map.put("next", millis(scheduler.next()));
    map.put("every", scheduler.every() == null ? null : scheduler.every().toMillis());
    map.put("pattern", scheduler.pattern());
    map.put("tz", scheduler.tz());
    map.put("limit", scheduler.limit());
    map.put("startDate", millis(scheduler.startDate()));
    map.put("endDate", millis(scheduler.endDate()));
    map.put("iterations", scheduler.iterations());
    map.put("data", scheduler.data() == null ? null : JobBody.read(scheduler.data()));
    return map;
  }

  private static Long millis(Instant time) {
    return time == null ? null : time.toEpochMilli();
  }
}
