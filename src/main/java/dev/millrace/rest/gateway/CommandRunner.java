package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import dev.millrace.rest.gateway.RedisReply.Failure;
import dev.millrace.rest.gateway.RedisReply.Many;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Runs the commands of a request, in a pipeline or as a transaction. */
final class CommandRunner {

  private final GatewayLink link;
  private final TransactionLink transactions;
  private final Preparation preparation;
  private final GatewayMeters meters;

  CommandRunner(
      GatewayLink link,
      TransactionLink transactions,
      Preparation preparation,
      GatewayMeters meters) {
    this.link = link;
    this.transactions = transactions;
    this.preparation = preparation;
    this.meters = meters;
  }

  /**
   * Sends all at once; others' commands may come between. One that must not run has its error in
   * its own place.
   *
   * @throws GatewayRefusal when Redis does not answer
   */
  List<RedisReply> pipeline(List<RedisCall> calls, Access access) {
    List<Prepared> prepared = preparation.of(calls, access);
    List<Sent> sent = sent(prepared);
    return told(prepared, sent.isEmpty() ? List.of() : link.run(sent));
  }

  /**
   * Runs all in one piece. One that fails as it runs does not undo the others.
   *
   * @throws GatewayRefusal when none was executed: one must not run, Redis refuses one, or does not
   *     answer
   */
  List<RedisReply> transaction(List<RedisCall> calls, Access access) {
    List<Prepared> prepared = preparation.of(calls, access);
    for (Prepared one : prepared) {
      if (one.isRefused()) {
        meters.denied();
        throw new GatewayRefusal(Reason.COMMAND, ((Failure) one.answer()).text());
      }
    }
    List<Sent> sent = sent(prepared);
    if (sent.isEmpty()) {
      return told(prepared, List.of());
    }
    RedisReply executed = transactions.run(sent, key(prepared));
    if (executed instanceof Failure failure) {
      meters.answered(failure);
      throw new GatewayRefusal(Reason.COMMAND, failure.text());
    }
    return told(prepared, ((Many) executed).elements());
  }

  private static List<Sent> sent(List<Prepared> prepared) {
    List<Sent> sent = new ArrayList<>(prepared.size());
    for (Prepared one : prepared) {
      if (one.answer() == null) {
        sent.add(one.sent());
      }
    }
    return sent;
  }

  /** One that says at which node of a cluster the transaction has to run. */
  private static byte[] key(List<Prepared> prepared) {
    return prepared.stream()
        .filter(one -> !one.keys().isEmpty())
        .map(one -> one.call().word(one.keys().getFirst()))
        .findFirst()
        .orElse(new byte[0]);
  }

  private List<RedisReply> told(List<Prepared> prepared, List<RedisReply> answers) {
    List<RedisReply> replies = new ArrayList<>(prepared.size());
    Iterator<RedisReply> next = answers.iterator();
    for (Prepared one : prepared) {
      if (one.isRefused()) {
        meters.denied();
        replies.add(one.answer());
      } else {
        RedisReply reply = one.answer() == null ? preparation.told(one, next.next()) : one.answer();
        meters.answered(reply);
        replies.add(reply);
      }
    }
    return replies;
  }
}
