package dev.millrace.component;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.support.SynchronizationAdapter;

/**
 * Tells the queue how each job of a batch ended: as its own exchange says, and where the whole
 * route failed, as that failure for those that have none of their own.
 */
final class BullMQBatchAck extends SynchronizationAdapter {

  private final Map<Exchange, BullMQAck> acks;

  BullMQBatchAck(Map<Exchange, BullMQAck> acks) {
    this.acks = acks;
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
    for (Exchange exchange : acks.keySet()) {
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
    acks.forEach((exchange, ack) -> ack.settle(exchange));
  }
}
