package dev.millrace.job;

import static dev.millrace.job.JobRun.Outcome.COMPLETED;
import static dev.millrace.job.JobRun.Outcome.DELAYED;
import static dev.millrace.job.JobRun.Outcome.FAILED;
import static dev.millrace.job.JobRun.Outcome.RETRY;
import static dev.millrace.job.JobRun.Outcome.SKIPPED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The ledger of runs. It outlives the jobs themselves, which Redis forgets once they completed.
 *
 * <p>The routes call {@link #completed} and {@link #failed} when an exchange ends; what the outcome
 * was is read from the headers and the answer, so that no route has to say it twice.
 */
@Component
public class JobRuns {

  private static final Logger LOG = LoggerFactory.getLogger(JobRuns.class);
  private static final int LONGEST_REASON = 300;

  /** How the ids of jobs begin that the schedule adds. */
  private static final String SLOT = "sched:";

  /** Anything else may be somebody's text. */
  private static final Pattern WORD = Pattern.compile("[a-z][a-z_-]{0,39}");

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  public JobRuns(JdbcClient jdbc, ObjectMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /**
   * Notes a run whose route ended without exception: completed, skipped, or put off.
   *
   * @param headers of the exchange, as the {@code bullmq:} consumer set them
   * @param answer the job's return value
   * @param caught the exception that the route handled on its way, or null
   * @param trigger what {@link #trigger} said when the run began
   */
  public void completed(
      Map<String, Object> headers,
      Object answer,
      Exception caught,
      Date startedAt,
      String trigger) {
    if (headers.get("CamelBullMQWaitUntil") != null) {
      String reason = caught instanceof WaitException wait ? wait.reason() : "wait";
      note(headers, DELAYED, reason, null, startedAt, trigger);
      return;
    }
    JsonNode result = tree(answer);
    String skipped = skipReason(result);
    if (skipped != null) {
      note(headers, SKIPPED, skipped, result, startedAt, trigger);
    } else {
      boolean test = result != null && result.path("test").asBoolean();
      note(headers, COMPLETED, test ? "test" : null, result, startedAt, trigger);
    }
  }

  /** Notes a run whose route ended with an exception: for good, or until the next attempt. */
  public void failed(
      Map<String, Object> headers, Exception failure, Date startedAt, String trigger) {
    boolean last =
        Boolean.TRUE.equals(headers.get("CamelBullMQUnrecoverable"))
            || attempt(headers) >= number(headers, "CamelBullMQMaxAttempts", 1);
    note(headers, last ? FAILED : RETRY, reason(failure), null, startedAt, trigger);
  }

  /**
   * Why a job runs, in its own word: a sync's {@code trigger}, a renewal's or regeneration's {@code
   * reason}, {@code schedule} for a slot of the schedule.
   *
   * @param data of the job
   * @return null if it does not say
   */
  public static String trigger(Object data, String jobId) {
    if (data instanceof Map<?, ?> fields) {
      for (String field : List.of("trigger", "reason", "kind")) {
        if (fields.get(field) instanceof String word && WORD.matcher(word).matches()) {
          return word;
        }
      }
    }
    return jobId != null && jobId.startsWith(SLOT) ? "schedule" : null;
  }

  /** Adds a row. The same run noted twice is one row. */
  public void add(JobRun run) {
    jdbc.sql(
            """
            INSERT INTO job_runs
              (queue, job_id, attempt, mode, outcome, reason, result, trigger, started_at,
               finished_at)
            VALUES (:queue, :job, :attempt, :mode, :outcome, :reason, :result::jsonb, :trigger,
                    :started, :finished)
            ON CONFLICT DO NOTHING""")
        .param("queue", run.queue())
        .param("job", run.jobId())
        .param("attempt", run.attempt())
        .param("mode", run.mode().sql())
        .param("outcome", run.outcome().sql())
        .param("reason", run.reason())
        .param("result", run.result() == null ? null : run.result().toString())
        .param("trigger", run.trigger())
        .param("started", SqlInstant.of(run.startedAt()))
        .param("finished", SqlInstant.of(run.finishedAt()))
        .update();
  }

  private void note(
      Map<String, Object> headers,
      JobRun.Outcome outcome,
      String reason,
      JsonNode result,
      Date startedAt,
      String trigger) {
    Instant finishedAt = clock.instant();
    JobRun run =
        new JobRun(
            String.valueOf(headers.get("CamelBullMQQueue")),
            String.valueOf(headers.get("CamelBullMQJobId")),
            attempt(headers),
            mode(headers),
            outcome,
            reason,
            result,
            trigger,
            startedAt == null ? finishedAt : startedAt.toInstant(),
            finishedAt);
    try {
      add(run);
    } catch (DataAccessException e) {
      // the work is done; a lost row is cheaper than doing the work again
      LOG.warn("job_runs: the row of {} {} is lost", run.queue(), run.jobId(), e);
    }
  }

  private static JobRun.Mode mode(Map<String, Object> headers) {
    Object text = headers.get("CamelBullMQConsumptionMode");
    return text == null
        ? JobRun.Mode.POOLED
        : JobRun.Mode.valueOf(text.toString().toUpperCase(Locale.ROOT));
  }

  private static String skipReason(JsonNode result) {
    if (result == null) {
      return null;
    }
    for (String field : new String[] {"skipped", "skippedReason"}) {
      // a sweep answers a count under the same name
      if (result.path(field).isTextual()) {
        return result.get(field).textValue();
      }
    }
    return null;
  }

  private static String reason(Exception failure) {
    if (failure == null) {
      return "unknown";
    }
    // messages of others may quote a row, and a row may hold a user's text
    boolean ours = failure.getClass().getName().startsWith("dev.millrace.");
    String text =
        ours && failure.getMessage() != null
            ? failure.getMessage()
            : failure.getClass().getSimpleName();
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
  }

  private JsonNode tree(Object answer) {
    try {
      return answer == null ? null : json.valueToTree(answer);
    } catch (IllegalArgumentException e) {
      LOG.warn("job_runs: the answer of type {} is no JSON", answer.getClass().getName());
      return null;
    }
  }

  private static int attempt(Map<String, Object> headers) {
    return number(headers, "CamelBullMQAttemptsMade", 0) + 1;
  }

  private static int number(Map<String, Object> headers, String name, int otherwise) {
    return headers.get(name) instanceof Number number ? number.intValue() : otherwise;
  }
}
