package dev.millrace.queue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The job schedulers of one queue, as BullMQ 6 keeps them: a definition under an id, and always one
 * job that waits for the next run. Whoever takes that job, Node or Millrace, schedules the one
 * after it. Get it from {@link QueueEngine#schedulers}.
 */
public final class JobSchedulers {

  private final CommandLine line;
  private final QueueKeys keys;
  private final EventMode events;
  private final Clock clock;

  JobSchedulers(CommandLine line, QueueKeys keys, EventMode events, Clock clock) {
    this.line = line;
    this.keys = keys;
    this.events = events;
    this.clock = clock;
  }

  /**
   * Writes a scheduler and its next job. One of the same id is replaced, its waiting job too; any
   * number of replicas may do so at their start.
   *
   * <p>When the definition is there already and its job waits, nothing is written. So, unlike in
   * BullMQ, the runs counted for a {@link RepeatOptions#limit} are not counted anew.
   *
   * @return the job that runs next; fails with a {@link SchedulerException} when jobs of before are
   *     in its way
   * @throws IllegalArgumentException when there is no run before the end date
   */
  public CompletableFuture<ScheduledJob> upsert(
      String schedulerId, RepeatOptions repeat, JobTemplate template) {
    checkId(schedulerId);
    Instant now = Instant.ofEpochMilli(clock.millis());
    if (repeat.endDate() != null && repeat.endDate().isBefore(now)) {
      throw new IllegalArgumentException(
          "endDate " + repeat.endDate() + " has passed; move it, or remove the scheduler");
    }
    Instant next = repeat.pattern() == null ? null : repeat.nextByPattern(now);
    if (repeat.pattern() != null && next == null) {
      throw new IllegalArgumentException(
          "pattern \""
              + repeat.pattern()
              + "\" has no run"
              + (repeat.endDate() == null ? "" : " before endDate " + repeat.endDate())
              + "; write one that comes");
    }
    ObjectNode options = options(template.options());
    List<String> arguments = new ArrayList<>();
    arguments.add(keys.base());
    arguments.add(events.text());
    arguments.add(Long.toString(now.toEpochMilli()));
    arguments.add(schedulerId);
    arguments.add(next == null ? "" : Long.toString(next.toEpochMilli()));
    arguments.add(Json.write(definition(schedulerId, repeat, template)));
    arguments.add(template.data());
    arguments.add(Json.write(options));
    repeat.write(options);
    options.put("timestamp", now.toEpochMilli()).put("repeatJobKey", schedulerId);
    if (next != null) {
      options.put("prevMillis", next.toEpochMilli());
    }
    arguments.add(Json.write(options));
    return line.run(Script.SCHEDULE, List.of(keys.meta()), arguments)
        .thenApply(reply -> scheduled(schedulerId, reply));
  }

  /**
   * Removes a scheduler and the job that waits for its time. A run that began goes on and is the
   * last.
   *
   * @return whether there was one
   */
  public CompletableFuture<Boolean> remove(String schedulerId) {
    checkId(schedulerId);
    return line.run(
            Script.UNSCHEDULE,
            List.of(keys.meta()),
            List.of(keys.base(), events.text(), schedulerId))
        .thenApply(reply -> (Long) reply.get(0) == 1);
  }

  /** The scheduler with this id. */
  public CompletableFuture<Optional<JobScheduler>> get(String schedulerId) {
    return read(List.of(keys.base(), "id", schedulerId))
        .thenApply(found -> found.stream().findFirst());
  }

  /**
   * A page of schedulers in the order of their next runs.
   *
   * @param from the first, counted from 0
   * @param to the last; -1 = the last there is
   * @param soonestFirst false: the one that waits longest comes first, which is BullMQ's default
   */
  public CompletableFuture<List<JobScheduler>> list(long from, long to, boolean soonestFirst) {
    return read(
        List.of(
            keys.base(),
            "page",
            Long.toString(from),
            Long.toString(to),
            soonestFirst ? "asc" : "desc"));
  }

  /** How many there are. */
  public CompletableFuture<Long> count() {
    return line.sortedSetSize(keys.base() + "repeat");
  }

  private CompletableFuture<List<JobScheduler>> read(List<String> arguments) {
    return line.run(Script.SCHEDULERS, List.of(keys.meta()), arguments)
        .thenApply(
            reply ->
                ((List<?>) reply.get(0))
                    .stream().map(one -> JobSchedulers.scheduler((List<?>) one)).toList());
  }

  private static JobScheduler scheduler(List<?> reply) {
    List<?> fields = (List<?>) reply.get(2);
    Map<String, String> hash = new LinkedHashMap<>();
    for (int i = 0; i < fields.size(); i += 2) {
      hash.put((String) fields.get(i), (String) fields.get(i + 1));
    }
    return JobScheduler.parse((String) reply.get(0), (String) reply.get(1), hash);
  }

  private ScheduledJob scheduled(String schedulerId, List<Object> reply) {
    String code = (String) reply.get(0);
    if (code.startsWith("-")) {
      throw SchedulerException.of(code, schedulerId, keys.queue());
    }
    return new ScheduledJob(
        (String) reply.get(1),
        Instant.ofEpochMilli(Long.parseLong((String) reply.get(2))),
        code.equals("1"));
  }

  private static Map<String, String> definition(
      String schedulerId, RepeatOptions repeat, JobTemplate template) {
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("name", template.name() == null ? schedulerId : template.name());
    put(fields, "tz", repeat.tz());
    put(fields, "limit", repeat.limit());
    put(fields, "pattern", repeat.pattern());
    put(fields, "startDate", repeat.startDate() == null ? null : repeat.startDate().toEpochMilli());
    put(fields, "endDate", repeat.endDate() == null ? null : repeat.endDate().toEpochMilli());
    if (repeat.every() != null) {
      fields.put("every", Long.toString(repeat.every().toMillis()));
      boolean moved = repeat.offset() != null && !repeat.offset().isZero();
      put(fields, "offset", moved ? repeat.offset().toMillis() : null);
    }
    return fields;
  }

  private static void put(Map<String, String> fields, String field, Object value) {
    if (value != null) {
      fields.put(field, value.toString());
    }
  }

  /** BullMQ stores no options when none are given. */
  private static ObjectNode options(JobOptions options) {
    ObjectNode node = (ObjectNode) Json.read("the options of the scheduler's jobs", options.json());
    if (options.attempts() == 0) {
      node.remove("attempts");
    }
    return node;
  }

  private static void checkId(String schedulerId) {
    if (schedulerId == null || schedulerId.isBlank()) {
      throw new IllegalArgumentException("schedulerId is empty; name the scheduler");
    }
  }
}
