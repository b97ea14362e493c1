package dev.millrace.component;

import dev.millrace.queue.AddedJob;
import dev.millrace.queue.NewJob;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.camel.CamelExchangeException;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultProducer;

/**
 * Adds the body as a job, or each element of a list as one, in a single round trip. The body stays
 * as it is. Any other operation than add is left to {@link QueueOperations}.
 *
 * <p>It waits for the reply. Were it asynchronous, the rest of the route would run on the thread
 * that reads Redis' replies, and the first step there that blocks would halt all queues.
 */
public class BullMQProducer extends DefaultProducer {

  private final BullMQEndpoint endpoint;
  private NewJobs newJobs;
  private QueueOperations operations;

  BullMQProducer(BullMQEndpoint endpoint) {
    super(endpoint);
    this.endpoint = endpoint;
  }

  @Override
  protected void doInit() throws Exception {
    super.doInit();
    newJobs = new NewJobs(endpoint);
    operations = new QueueOperations(endpoint);
  }

  /**
   * @throws CamelExchangeException when Redis did not take the jobs; it gives up after the
   *     connection's command timeout
   */
  @Override
  public void process(Exchange exchange) throws Exception {
    if (operations.manage(exchange)) {
      return;
    }
    if (endpoint.getAdding().isFlow()) {
      Flows.add(endpoint, exchange);
      return;
    }
    Object body = exchange.getMessage().getBody();
    List<NewJob> jobs = new ArrayList<>();
    if (body instanceof List<?> elements) {
      elements.forEach(element -> jobs.add(newJobs.of(exchange, element)));
    } else {
      jobs.add(newJobs.of(exchange, body));
    }
    List<String> ids = add(jobs, exchange).stream().map(AddedJob::id).toList();
    exchange
        .getMessage()
        .setHeader(BullMQConstants.ADDED_JOB_ID, body instanceof List<?> ? ids : ids.get(0));
  }

  private List<AddedJob> add(List<NewJob> jobs, Exchange exchange) throws Exception {
    String queue = endpoint.getQueueName();
    try {
      return endpoint.engine().queue(queue).addAll(jobs).get();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      throw new CamelExchangeException(
          jobs.size() + " job(s) could not be added to queue " + queue + ": " + cause.getMessage(),
          exchange,
          cause);
    }
  }
}
