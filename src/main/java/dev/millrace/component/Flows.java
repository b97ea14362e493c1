package dev.millrace.component;

import dev.millrace.queue.AddedFlow;
import dev.millrace.queue.FlowJob;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobRun;
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
    endpoint
        .engine()
        .flows()
        .children(job.queue(), job.id())
        .values()
        .join()
        .forEach((key, value) -> values.put(key, JobBody.read(value)));
    return values;
  }

  /** Ends the run by waiting for the job's children, or as complete when there are none. */
  static CompletableFuture<Void> waitForChildren(JobRun run, String returnValue) {
    return run.moveToWaitingChildren()
        .handle(
            (waits, failure) -> {
              if (failure != null) {
                run.fail(failure, false);
              } else if (!waits) {
                run.complete(returnValue);
              }
              return null;
            });
  }
}
