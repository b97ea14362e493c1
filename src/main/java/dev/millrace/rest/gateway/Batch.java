package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Commands that were sent together. The answers come in order, so whoever has the last has all.
 *
 * @param commands at least one
 */
record Batch(List<Sent> commands) {

  private static final RedisException GIVEN_UP = new RedisException("given up");

  /**
   * The answers, once all are there.
   *
   * @param patience for all together; then none of them is sent or waited for any more
   * @throws GatewayRefusal when one is missing
   */
  List<RedisReply> await(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    List<RedisReply> replies = new ArrayList<>(commands.size());
    commands.getLast().await(patience.toNanos(), TimeUnit.NANOSECONDS);
    for (Sent command : commands) {
      boolean ended = command.await(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      RedisReply reply = ended ? command.reply() : null;
      if (reply == null) {
        Throwable cause =
            command.isDone() && !command.isCancelled() ? command.exceptionNow() : null;
        giveUp();
        throw new GatewayRefusal(Reason.UNAVAILABLE, ended ? lost() : late(patience), cause);
      }
      replies.add(reply);
    }
    return replies;
  }

  /** Sends none of them that is not sent yet, and waits for none. */
  void giveUp() {
    commands.forEach(command -> command.completeExceptionally(GIVEN_UP));
  }

  private static String lost() {
    return "ERR the connection to Redis was lost; whether the command was executed is unknown";
  }

  private static String late(Duration patience) {
    return "ERR Redis did not answer within "
        + patience.toMillis()
        + " ms; whether the command was executed is unknown";
  }
}
