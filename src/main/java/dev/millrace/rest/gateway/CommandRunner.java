package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.RedisReply.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Runs commands as they stand alone or in a pipeline: what must not run is told apart by slot. */
final class CommandRunner {

  private final GatewayLink link;
  private final CommandRules rules;
  private final GatewayMeters meters;

  CommandRunner(GatewayLink link, CommandRules rules, GatewayMeters meters) {
    this.link = link;
    this.rules = rules;
    this.meters = meters;
  }

  /**
   * A reply for each, in order.
   *
   * @throws GatewayRefusal when Redis does not answer
   */
  List<RedisReply> run(List<RedisCall> calls, Access access) {
    List<RedisReply> replies = new ArrayList<>(calls.size());
    List<Sent> sent = new ArrayList<>(calls.size());
    for (RedisCall call : calls) {
      Optional<String> refusal = rules.refusal(call, access);
      if (refusal.isPresent()) {
        meters.denied();
        replies.add(new Failure(refusal.get()));
      } else {
        replies.add(null);
        sent.add(Sent.of(call, 0));
      }
    }
    if (!sent.isEmpty()) {
      fill(replies, link.run(sent));
    }
    return replies;
  }

  private void fill(List<RedisReply> slots, List<RedisReply> answers) {
    int next = 0;
    for (int i = 0; i < slots.size(); i++) {
      if (slots.get(i) == null) {
        RedisReply answer = answers.get(next++);
        meters.answered(answer);
        slots.set(i, answer);
      }
    }
  }
}
