package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.RedisReply.Failure;
import java.util.List;
import java.util.Optional;

/** What is done to every command before it is sent, and to its reply before it is told. */
final class Preparation {

  private final CommandRules rules;
  private final CommandQuota quota;
  private final ScriptShelf scripts = new ScriptShelf();
  private final long largestRecord;
  private final long largestKey;

  Preparation(CommandRules rules, CommandQuota quota, GatewayProperties properties) {
    this.rules = rules;
    this.quota = quota;
    this.largestRecord = properties.maxRecordSize().toBytes();
    this.largestKey = properties.maxKeySize().toBytes();
  }

  /**
   * Looks at commands that are to be sent together.
   *
   * @throws GatewayRefusal when there are more than may be sent now, or the server does not say
   *     which commands it has
   */
  List<Prepared> of(List<RedisCall> calls, Access access) {
    quota.take(calls.size());
    return calls.stream().map(call -> of(call, access)).toList();
  }

  /** The reply as the client is to see it. */
  RedisReply told(Prepared prepared, RedisReply reply) {
    return scripts.translate(prepared.call(), reply);
  }

  private Prepared of(RedisCall call, Access access) {
    Optional<String> refusal = rules.refusal(call, access);
    if (refusal.isPresent()) {
      return Prepared.answered(call, new Failure(refusal.get()));
    }
    if (call.name().equals("SELECT")) {
      // The shared connection stays in the database that the application is configured for.
      return Prepared.answered(call, RedisReply.OK);
    }
    CommandSpec spec = rules.spec(call).orElseThrow();
    List<Integer> keys = CommandKeys.of(call, spec);
    Optional<String> tooLarge = tooLarge(call, keys);
    if (tooLarge.isPresent()) {
      return Prepared.answered(call, new Failure(tooLarge.get()));
    }
    return new Prepared(call, null, scripts.translate(call), keys);
  }

  private Optional<String> tooLarge(RedisCall call, List<Integer> keys) {
    for (int key : keys) {
      if (call.word(key).length > largestKey) {
        return Optional.of(
            "ERR max key size exceeded. Limit: "
                + largestKey
                + " bytes, Actual: "
                + call.word(key).length
                + " bytes");
      }
    }
    for (byte[] word : call.words()) {
      if (word.length > largestRecord) {
        return Optional.of("ERR max single record size exceeded");
      }
    }
    return Optional.empty();
  }
}
