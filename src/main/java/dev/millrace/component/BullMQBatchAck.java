package dev.millrace.component;

import dev.millrace.queue.JobRun;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Tells the queue how each job of a batch ended: as its own exchange says, and where the whole
 * route failed, as that failure for those that have none of their own.
 */
final class BullMQBatchAck extends SynchronizationAdapter {

  private final List<JobRun> runs;
  private final List<Exchange> exchanges;

  BullMQBatchAck(List<JobRun> runs, List<Exchange> exchanges) {
    this.runs = List.copyOf(runs);
    this.exchanges = exchanges;
  }

  @Override
  public void onComplete(Exchange batch) {
    if (batch.isRollbackOnly() || batch.isRollbackOnlyLast()) {
      onFailure(batch);
      return;
    }
    settle();
  }

  @Override
  public void onFailure(Exchange batch) {
    Exception cause = batch.getException();
    for (Exchange exchange : exchanges) {
      if (exchange.getException() == null) {
        exchange.setException(
            cause == null
                ? new IllegalStateException("The route marked its exchange for rollback")
                : cause);
      }
    }
    settle();
  }

  private void settle() {
    for (int i = 0; i < runs.size(); i++) {
      new BullMQAck(runs.get(i)).settle(exchanges.get(i));
    }
  }
}
