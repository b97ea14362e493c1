package dev.millrace.component;

import dev.millrace.queue.DeadLetterPage;
import dev.millrace.queue.JobAdmin;
import dev.millrace.queue.JobAdmin.Reset;
import dev.millrace.queue.JobState;
import dev.millrace.queue.QueueAdmin;
import dev.millrace.queue.QueueLimits;
import dev.millrace.queue.QueueRefusal;
import dev.millrace.queue.ReplayFilter;
import dev.millrace.queue.ReplayResult;
import dev.millrace.setting.Spelling;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;

/**
 * Manages an endpoint's queue as its option {@code operation} says. Like adding, it waits for the
 * reply on the route's own thread. What an operation finds out becomes the body; one that only
 * changes something leaves the body as it is.
 */
final class QueueOperations {

  /** Says that the body stays. */
  private static final Object NOTHING = new Object();

  private static final int PAGE_END = 99;

  private static final Set<BullMQOperation> OF_A_RUNNING_JOB =
      EnumSet.of(
          BullMQOperation.ADD_LOG,
          BullMQOperation.LOGS,
          BullMQOperation.UPDATE_PROGRESS,
          BullMQOperation.UPDATE_DATA);

  private final BullMQEndpoint endpoint;
  private final OperationConfiguration options;
  private final OptionTexts texts;
  private final SchedulerOperations schedulers;

  /**
   * @throws IllegalArgumentException when there is no such operation
   */
  QueueOperations(BullMQEndpoint endpoint) {
    this.endpoint = endpoint;
    this.options = endpoint.getOperations();
    this.schedulers = new SchedulerOperations(endpoint);
    AddConfiguration job = endpoint.getAdding();
    texts =
        new OptionTexts(endpoint.getCamelContext())
            .with("operation", options.getOperation())
            .with("jobId", job.getJobId())
            .with("name", job.getName())
            .with("delay", job.getDelay())
            .with("priority", job.getPriority())
            .with("deduplicationId", job.getDeduplicationId())
            .with("state", options.getState())
            .with("start", options.getStart())
            .with("end", options.getEnd())
            .with("limit", options.getLimit())
            .with("grace", options.getGrace())
            .with("keepLogs", options.getKeepLogs())
            .with("max", options.getMax())
            .with("duration", options.getDuration())
            .with("maxReplays", options.getMaxReplays())
            .with("by", options.getBy())
            .with("reason", options.getReason());
    if (!options.getOperation().contains("${")) {
      BullMQOperation.of(options.getOperation());
    }
  }

  /**
   * Does what the option says, unless that is to add jobs.
   *
   * @return false when jobs are to be added
   * @throws QueueRefusal when the queue's state forbids it
   * @throws CamelExchangeException when Redis did not answer
   */
  boolean manage(Exchange exchange) throws Exception {
    BullMQOperation operation =
        BullMQOperation.of(texts.text(exchange, "operation", BullMQOperation.ADD.text()));
    if (operation == BullMQOperation.ADD) {
      return false;
    }
    try {
      Object found = start(operation, exchange).get();
      if (found != NOTHING) {
        exchange.getMessage().setBody(found);
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof QueueRefusal refusal) {
        throw refusal;
      }
      throw new CamelExchangeException(
          "Operation "
              + operation.text()
              + " on queue "
              + endpoint.getQueueName()
              + " failed: "
              + e.getCause().getMessage(),
          exchange,
          e.getCause());
    }
    return true;
  }

  private CompletableFuture<?> start(BullMQOperation operation, Exchange exchange) {
    QueueAdmin queue = endpoint.engine().admin(endpoint.getQueueName());
    return switch (operation) {
      case ADD -> throw new IllegalStateException("adding is the producer's own work");
      case PAUSE -> nothing(queue.pause());
      case RESUME -> nothing(queue.resume());
      case IS_PAUSED -> queue.isPaused();
      case PROMOTE_ALL -> queue.promoteAll(limit(exchange));
      case RETRY_ALL -> queue.retryAll(state(exchange, JobState.FAILED), limit(exchange), null);
      case DRAIN -> queue.drain(options.isDelayed());
      case CLEAN ->
          queue.clean(
              state(exchange, JobState.COMPLETED),
              duration(exchange, "grace", Duration.ZERO),
              limit(exchange));
      case OBLITERATE -> nothing(queue.obliterate(options.isForce()));
      case COUNTS -> queue.counts().thenApply(QueueOperations::byText);
      case COUNTS_PER_PRIORITY ->
          queue.countsPerPriority(
              priorities(texts.required(exchange, "priority", operation.text())));
      case LIST ->
          queue
              .jobs(
                  states(texts.text(exchange, "state", JobState.WAITING.text())),
                  texts.number(exchange, "start", 0),
                  texts.number(exchange, "end", PAGE_END),
                  options.isAscending())
              .thenApply(jobs -> jobs.stream().map(JobMaps::of).toList());
      case DEAD_LETTERS ->
          queue
              .deadLetters()
              .list(texts.number(exchange, "start", 0), texts.number(exchange, "end", PAGE_END))
              .thenApply(QueueOperations::letters);
      case REPLAY -> replay(queue, exchange);
      case RATE_LIMIT ->
          nothing(
              queue
                  .limits()
                  .limitFor(
                      OptionTexts.duration(
                          "duration", texts.required(exchange, "duration", operation.text()))));
      case RATE_LIMIT_TTL -> queue.limits().limitedFor().thenApply(Duration::toMillis);
      case GLOBAL_CONCURRENCY -> concurrency(queue.limits(), exchange);
      case GLOBAL_RATE_LIMIT -> rateLimit(queue.limits(), exchange);
      case METRICS ->
          queue
              .metrics(
                  state(exchange, JobState.COMPLETED),
                  texts.number(exchange, "start", 0),
                  texts.number(exchange, "end", -1))
              .thenApply(JobMaps::of);
      case UPSERT_JOB_SCHEDULER, REMOVE_JOB_SCHEDULER, LIST_JOB_SCHEDULERS ->
          schedulers.start(
              operation.text(),
              exchange,
              texts.number(exchange, "start", 0),
              texts.number(exchange, "end", -1));
      case CANCEL -> {
        String id = targetId(operation, exchange);
        String reason = texts.text(exchange, "reason");
        yield endpoint.engine().cancel(endpoint.getQueueName(), id, reason);
      }
      case GET_FLOW ->
          endpoint
              .engine()
              .flows()
              .getFlow(endpoint.getQueueName(), targetId(operation, exchange))
              .thenApply(found -> found.map(JobMaps::of).orElse(null));
      case WORKERS -> queue.workers().thenApply(list -> list.stream().map(JobMaps::of).toList());
      case REMOVE_DEDUPLICATION_KEY -> {
        String deduplicationId = texts.text(exchange, "deduplicationId");
        yield deduplicationId == null
            ? target(queue, operation, exchange).removeDeduplicationKey()
            : queue.removeDeduplicationKey(deduplicationId);
      }
      default -> start(operation, target(queue, operation, exchange), exchange);
    };
  }

  private CompletableFuture<?> start(BullMQOperation operation, JobAdmin job, Exchange exchange) {
    Object body = exchange.getMessage().getBody();
    return switch (operation) {
      case PROMOTE -> nothing(job.promote());
      case CHANGE_DELAY ->
          nothing(
              job.changeDelay(
                  OptionTexts.duration(
                      "delay", texts.required(exchange, "delay", operation.text()))));
      case CHANGE_PRIORITY ->
          nothing(
              job.changePriority(
                  OptionTexts.parse(
                      "priority", texts.required(exchange, "priority", operation.text())),
                  endpoint.getAdding().isLifo()));
      case RETRY -> nothing(job.retry(state(exchange, JobState.FAILED), resets()));
      case REMOVE -> job.remove(options.isRemoveChildren());
      case REMOVE_CHILD_DEPENDENCY -> job.removeChildDependency();
      case REMOVE_UNPROCESSED_CHILDREN -> job.removeUnprocessedChildren();
      case GET -> job.get().thenApply(found -> found.map(JobMaps::of).orElse(null));
      case STATE -> job.state().thenApply(found -> found.map(JobState::text).orElse("unknown"));
      case ADD_LOG -> {
        String line = exchange.getMessage().getBody(String.class);
        int keep = texts.number(exchange, "keepLogs", -1);
        yield nothing(keep < 0 ? job.addLog(line) : job.addLog(line, keep));
      }
      case LOGS ->
          job.logs(
                  texts.number(exchange, "start", 0),
                  texts.number(exchange, "end", -1),
                  options.isAscending())
              .thenApply(logs -> logs.lines());
      case CLEAR_LOGS -> nothing(job.clearLogs(texts.number(exchange, "keepLogs", 0)));
      case UPDATE_PROGRESS -> nothing(job.updateProgress(JobBody.value(body)));
      case UPDATE_DATA -> nothing(job.updateData(JobBody.payload(body)));
      default -> throw new IllegalStateException(operation.text() + " is not for one job");
    };
  }

  private Reset[] resets() {
    return options.isResetAttempts() ? Reset.values() : new Reset[0];
  }

  private CompletableFuture<?> replay(QueueAdmin queue, Exchange exchange) {
    int maxReplays = texts.number(exchange, "maxReplays", 1);
    String by = texts.text(exchange, "by", exchange.getFromRouteId());
    if (by == null) {
      by = endpoint.getCamelContext().getName();
    }
    String id = explicitTarget(exchange);
    if (id != null) {
      return queue
          .deadLetters()
          .replay(id, maxReplays, by)
          .thenApply(done -> result(new ReplayResult(List.of(id), List.of())));
    }
    ReplayFilter filter =
        ReplayFilter.ALL
            .withName(texts.text(exchange, "name"))
            .withReason(texts.text(exchange, "reason"));
    return queue
        .deadLetters()
        .replay(filter, limit(exchange), maxReplays, by)
        .thenApply(QueueOperations::result);
  }

  private CompletableFuture<?> concurrency(QueueLimits limits, Exchange exchange) {
    int max = texts.number(exchange, "max", -1);
    if (max == -1) {
      return limits.concurrency().thenApply(found -> found.isPresent() ? found.getAsInt() : null);
    }
    return nothing(max == 0 ? limits.removeConcurrency() : limits.setConcurrency(max));
  }

  private CompletableFuture<?> rateLimit(QueueLimits limits, Exchange exchange) {
    int max = texts.number(exchange, "max", -1);
    if (max == -1) {
      return limits
          .rateLimit()
          .thenApply(
              found ->
                  found
                      .map(l -> Map.of("max", l.max(), "duration", l.duration().toMillis()))
                      .orElse(null));
    }
    if (max == 0) {
      return nothing(limits.removeRateLimit());
    }
    String duration =
        texts.required(exchange, "duration", BullMQOperation.GLOBAL_RATE_LIMIT.text());
    return nothing(
        limits.setRateLimit(
            new QueueLimits.RateLimit(max, OptionTexts.duration("duration", duration))));
  }

  private JobAdmin target(QueueAdmin queue, BullMQOperation operation, Exchange exchange) {
    return queue.job(targetId(operation, exchange));
  }

  /** What a route says of its own job needs no further id. */
  private String targetId(BullMQOperation operation, Exchange exchange) {
    String id = explicitTarget(exchange);
    boolean ofItself =
        OF_A_RUNNING_JOB.contains(operation)
            && endpoint
                .getQueueName()
                .equals(exchange.getMessage().getHeader(BullMQConstants.QUEUE));
    if (id == null && ofItself) {
      id = exchange.getMessage().getHeader(BullMQConstants.JOB_ID, String.class);
    }
    if (id == null) {
      throw new IllegalArgumentException(
          "operation "
              + operation.text()
              + " needs a job; set the header "
              + BullMQConstants.TARGET_JOB_ID
              + " or the option jobId");
    }
    return id;
  }

  private String explicitTarget(Exchange exchange) {
    String header = exchange.getMessage().getHeader(BullMQConstants.TARGET_JOB_ID, String.class);
    return header == null || header.isBlank() ? texts.text(exchange, "jobId") : header;
  }

  private int limit(Exchange exchange) {
    return texts.number(exchange, "limit", 0);
  }

  private Duration duration(Exchange exchange, String option, Duration otherwise) {
    String text = texts.text(exchange, option);
    return text == null ? otherwise : OptionTexts.duration(option, text);
  }

  private JobState state(Exchange exchange, JobState otherwise) {
    String text = texts.text(exchange, "state");
    return text == null ? otherwise : state(text);
  }

  private static JobState state(String text) {
    return JobState.find(text)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "state \""
                        + text
                        + "\" is unknown; "
                        + Spelling.nearest(text, JobState.texts())
                            .map(near -> "did you mean \"" + near + "\"?")
                            .orElse("known are " + JobState.texts())));
  }

  private static List<JobState> states(String text) {
    List<JobState> states = new ArrayList<>();
    for (String name : text.split(",")) {
      states.add(state(name.trim()));
    }
    return states;
  }

  private static List<Integer> priorities(String text) {
    List<Integer> priorities = new ArrayList<>();
    for (String number : text.split(",")) {
      priorities.add(OptionTexts.parse("priority", number));
    }
    return priorities;
  }

  private static Map<String, Long> byText(Map<JobState, Long> counts) {
    Map<String, Long> named = new LinkedHashMap<>();
    counts.forEach((state, count) -> named.put(state.text(), count));
    return named;
  }

  private static List<Map<String, Object>> letters(DeadLetterPage page) {
    return page.letters().stream().map(JobMaps::of).toList();
  }

  private static Map<String, Object> result(ReplayResult result) {
    return Map.of("replayed", result.replayed(), "refused", result.refused());
  }

  private static CompletableFuture<Object> nothing(CompletableFuture<?> done) {
    return done.thenApply(reply -> NOTHING);
  }
}
