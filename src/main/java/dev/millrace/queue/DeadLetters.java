package dev.millrace.queue;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The failed jobs of a queue. Get it from {@link QueueAdmin#deadLetters}.
 *
 * <p>A replay is a retry with care: the job has all its attempts again, and its field {@code
 * replays}, which is Millrace's own and which BullMQ leaves alone, says how often, when last and by
 * whom. So a job that fails every time is not run for ever. Data, options and trace context stay as
 * they are.
 */
public final class DeadLetters {

  private static final int BATCH = 500;

  private final QueueCommands queue;

  DeadLetters(QueueCommands queue) {
    this.queue = queue;
  }

  /**
   * Reads failed jobs, the newest first.
   *
   * @param start the first, from 0
   * @param end the last, included; -1 = to the end
   */
  public CompletableFuture<DeadLetterPage> list(long start, long end) {
    return queue
        .run(Script.DEAD_LETTERS, start, end)
        .thenApply(
            reply -> {
              List<DeadLetter> letters = new ArrayList<>();
              for (Object row : reply.subList(1, reply.size())) {
                letters.add(letter((List<?>) row));
              }
              return new DeadLetterPage(letters, QueueCommands.number(reply.get(0)));
            });
  }

  /**
   * Replays one job.
   *
   * @param maxReplays how often a job may be replayed, this time included
   * @param by who does it, for the record
   * @throws QueueRefusal (in the future) when it is not failed, or was replayed that often before
   */
  public CompletableFuture<Void> replay(String id, int maxReplays, String by) {
    QueueCommands.requireId(id);
    check(maxReplays, by);
    return run(new Request(ReplayFilter.ALL, 1, maxReplays, by, id, queue.clock().millis()), 0)
        .thenCompose(
            reply -> {
              if (!((List<?>) reply.get(1)).isEmpty()) {
                return CompletableFuture.<Void>completedFuture(null);
              }
              if (!((List<?>) reply.get(2)).isEmpty()) {
                throw QueueRefusal.replayedTooOften(queue.queue(), id, maxReplays);
              }
              return refuse(id);
            });
  }

  private CompletableFuture<Void> refuse(String id) {
    JobAdmin job = new JobAdmin(queue, id);
    return job.get()
        .thenCombine(
            job.state(),
            (found, state) -> {
              if (found.isEmpty()) {
                throw QueueRefusal.missing(queue.queue(), id, "replay");
              }
              throw QueueRefusal.notInState(
                  queue.queue(),
                  id,
                  "replay",
                  JobState.FAILED.text(),
                  state.map(JobState::text).orElse("unknown"));
            });
  }

  /**
   * Replays failed jobs, the longest failed first. Jobs that fail again meanwhile are not met
   * twice.
   *
   * @param limit at most so many; 0 = all
   * @param maxReplays how often a job may be replayed, this time included
   * @param by who does it, for the record
   */
  public CompletableFuture<ReplayResult> replay(
      ReplayFilter filter, int limit, int maxReplays, String by) {
    check(maxReplays, by);
    if (limit < 0) {
      throw new IllegalArgumentException("limit " + limit + " is negative; 0 means all");
    }
    long now = queue.clock().millis();
    return replay(
        new Request(filter, limit, maxReplays, by, "", now),
        0,
        new ReplayResult(new ArrayList<>(), new ArrayList<>()));
  }

  private CompletableFuture<ReplayResult> replay(Request request, long passed, ReplayResult sum) {
    int wanted =
        request.limit == 0 ? BATCH : Math.min(BATCH, request.limit - sum.replayed().size());
    return run(request.withLimit(wanted), passed)
        .thenCompose(
            reply -> {
              long looked = QueueCommands.number(reply.get(0));
              List<?> replayed = (List<?>) reply.get(1);
              replayed.forEach(id -> sum.replayed().add((String) id));
              ((List<?>) reply.get(2)).forEach(id -> sum.refused().add((String) id));
              boolean enough = request.limit > 0 && sum.replayed().size() >= request.limit;
              return looked < BATCH && replayed.size() < wanted || enough
                  ? CompletableFuture.completedFuture(sum)
                  : replay(request, passed + looked - replayed.size(), sum);
            });
  }

  private record Request(
      ReplayFilter filter, int limit, int maxReplays, String by, String id, long now) {

    Request withLimit(int value) {
      return new Request(filter, value, maxReplays, by, id, now);
    }
  }

  private CompletableFuture<List<Object>> run(Request request, long passed) {
    ReplayFilter filter = request.filter;
    long until =
        filter.failedBefore() == null
            ? request.now
            : Math.min(request.now, filter.failedBefore().toEpochMilli());
    return queue.run(
        Script.REPLAY,
        request.now,
        request.maxReplays,
        request.by,
        request.limit,
        filter.failedAfter() == null ? "-inf" : filter.failedAfter().toEpochMilli(),
        until,
        passed,
        BATCH,
        filter.name() == null ? "" : filter.name(),
        filter.reason() == null ? "" : filter.reason(),
        request.id);
  }

  private static void check(int maxReplays, String by) {
    if (maxReplays < 1) {
      throw new IllegalArgumentException(
          "maxReplays " + maxReplays + " allows nothing; use 1 or more");
    }
    if (by == null || by.isBlank()) {
      throw new IllegalArgumentException("by is empty; say who replays, for the record");
    }
  }

  private static DeadLetter letter(List<?> row) {
    JsonNode audit = audit((String) row.get(6));
    long last = audit.path("last").asLong(0);
    return new DeadLetter(
        (String) row.get(0),
        row.get(2).equals("") ? "__default__" : (String) row.get(2),
        (String) row.get(3),
        count((String) row.get(4)) + count((String) row.get(5)),
        Instant.ofEpochMilli((long) Double.parseDouble((String) row.get(1))),
        audit.path("count").asInt(0),
        last > 0 ? Instant.ofEpochMilli(last) : null,
        audit.path("by").asText(null));
  }

  private static int count(String text) {
    return text.matches("\\d{1,9}") ? Integer.parseInt(text) : 0;
  }

  /** What is no JSON says nothing. */
  private static JsonNode audit(String text) {
    try {
      return Json.read("replays", text.isEmpty() ? "{}" : text);
    } catch (IllegalArgumentException e) {
      return Json.MAPPER.createObjectNode();
    }
  }
}
