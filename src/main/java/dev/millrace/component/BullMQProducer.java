package dev.millrace.component;

import dev.millrace.queue.AddedJob;
import dev.millrace.queue.NewJob;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * Adds the body as a job, or each element of a list as one, in a single round trip. The body stays
 * as it is.
 */
public class BullMQProducer extends DefaultAsyncProducer {

  private final BullMQEndpoint endpoint;
  private NewJobs newJobs;

  BullMQProducer(BullMQEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    newJobs = new NewJobs(endpoint);
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    List<NewJob> jobs = new ArrayList<>();
    boolean many = exchange.getMessage().getBody() instanceof List<?>;
    try {
      if (many) {
        for (Object element : (List<?>) exchange.getMessage().getBody()) {
          jobs.add(newJobs.of(exchange, element));
        }
      } else {
        jobs.add(newJobs.of(exchange, exchange.getMessage().getBody()));
      }
    } catch (RuntimeException e) {
      exchange.setException(e);
      callback.done(true);
      return true;
    }
    endpoint
        .engine()
        .queue(endpoint.getQueueName())
        .addAll(jobs)
        .whenComplete(
            (added, failure) -> {
              if (failure != null) {
                exchange.setException(failure);
              } else {
                List<String> ids = added.stream().map(AddedJob::id).toList();
                exchange
                    .getMessage()
                    .setHeader(BullMQConstants.ADDED_JOB_ID, many ? ids : ids.get(0));
              }
              callback.done(false);
            });
    return false;
  }
}
