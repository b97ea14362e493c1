package dev.millrace.component;

import dev.millrace.queue.AddedFlow;
import dev.millrace.queue.Children;
import dev.millrace.queue.FlowJob;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobRun;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;

/** Flows, as routes see them. */
final class Flows {

  private Flows() {}

  /** Adds the body, or each element of a list, as a flow. */
  static void add(BullMQEndpoint endpoint, Exchange exchange) throws CamelExchangeException {
    Object body = exchange.getMessage().getBody();
    List<?> bodies = body instanceof List<?> list ? list : List.of(body == null ? "" : body);
    List<FlowJob> flows =
        bodies.stream()
            .map(flow -> FlowJob.parse(JobBody.payload(flow), endpoint.getQueueName()))
            .toList();
    List<String> ids = new ArrayList<>();
    try {
      List<AddedFlow> added = endpoint.engine().flows().addBulk(flows).join();
      for (int i = 0; i < added.size(); i++) {
        ids.add(added.get(i).job().orThrow(flows.get(i).options().parent()).id());
      }
    } catch (CompletionException | IllegalStateException e) {
      Throwable cause = e instanceof CompletionException ? e.getCause() : e;
      throw new CamelExchangeException(
          flows.size() + " flow(s) could not be added at " + endpoint + ": " + cause.getMessage(),
          exchange,
          cause);
    }
    exchange
        .getMessage()
        .setHeader(BullMQConstants.ADDED_JOB_ID, body instanceof List<?> ? ids : ids.get(0));
  }

  /** Blocks; a consumer has a thread for each job. */
  static Map<String, Object> childrenValues(BullMQEndpoint endpoint, Job job) {
    Map<String, Object> values = new LinkedHashMap<>();
    children(endpoint, job)
        .values()
        .join()
        .forEach((key, value) -> values.put(key, JobBody.read(value)));
    return values;
  }

  /**
   * Ends the run by waiting for the job's children. When none is pending, those that completed
   * since the route was given their values are a reason to run again at once, without using an
   * attempt, for the route has not seen them; without any the job is complete.
   *
   * @param seen how many values the route was given; null when it did not ask for any
   */
  static CompletableFuture<Void> waitForChildren(
      BullMQEndpoint endpoint, JobRun run, Integer seen, String returnValue) {
    return run.moveToWaitingChildren()
        .exceptionally(
            failure -> {
              run.fail(failure, false);
              return true;
            })
        .thenCompose(
            waits ->
                waits
                    ? CompletableFuture.completedFuture(null)
                    : goOn(endpoint, run, seen, returnValue));
  }

  private static CompletableFuture<Void> goOn(
      BullMQEndpoint endpoint, JobRun run, Integer seen, String returnValue) {
    if (seen == null) {
      run.complete(returnValue);
      return CompletableFuture.completedFuture(null);
    }
    return children(endpoint, run.job())
        .values()
        .handle(
            (values, failure) -> {
              if (failure != null) {
                run.fail(failure, true);
              } else if (values.size() > seen) {
                run.waitUntil(Instant.EPOCH);
              } else {
                run.complete(returnValue);
              }
              return null;
            });
  }

  private static Children children(BullMQEndpoint endpoint, Job job) {
    return endpoint.engine().flows().children(job.queue(), job.id());
  }
}
