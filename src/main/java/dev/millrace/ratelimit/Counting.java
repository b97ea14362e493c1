package dev.millrace.ratelimit;

import dev.millrace.rest.client.Reply;
import dev.millrace.rest.client.RestCommand;
import dev.millrace.rest.client.RestRedisException;
import dev.millrace.rest.client.RestRedisException.Kind;
import dev.millrace.rest.client.RestScript;
import dev.millrace.rest.client.ScriptCall;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How one algorithm is asked of Redis, and what its answers mean. The scripts decide; what is left
 * and when there is more is worked out here from the state that they answer or a peek reads.
 */
abstract class Counting {

  private final RestScript take;
  private final RestScript giveBack;
  private final int elements;

  /**
   * @param elements in the answer of the script that takes
   */
  Counting(String script, int elements) {
    this.elements = elements;
    take = RestScript.load("ratelimit/" + script);
    giveBack = RestScript.load("ratelimit/" + script + "_refund");
  }

  static Counting by(Algorithm algorithm) {
    return switch (algorithm) {
      case FIXED_WINDOW -> new FixedWindow();
      case SLIDING_WINDOW -> new SlidingWindow();
      case SLIDING_LOG -> new SlidingLog();
      case TOKEN_BUCKET -> new TokenBucket();
    };
  }

  /** The call that takes {@code weight} or nothing. */
  final ScriptCall take(Question asked, long now) {
    return call(take, asked, now, takeArguments(asked.limit(), now, asked.weight()));
  }

  /** The call that gives back what was taken at that time, or as much of it as is still there. */
  final ScriptCall giveBack(Question asked, long taken) {
    return call(giveBack, asked, taken, giveBackArguments(asked.limit(), taken, asked.weight()));
  }

  /** The command whose reply {@link #looked} reads. */
  final RestCommand look(Question asked, long now) {
    return RestCommand.of("GET", at(asked.limit(), asked.key(), now));
  }

  final RestCommand forget(Question asked, long now) {
    return RestCommand.of("DEL", at(asked.limit(), asked.key(), now));
  }

  /**
   * What the answer to {@link #take} means.
   *
   * @throws RestRedisException when it is none of the script
   */
  final Standing taken(Question asked, long now, List<Reply> answer) {
    if (answer.size() != elements) {
      throw new RestRedisException(
          Kind.MALFORMED,
          take.name(),
          "the script's answer has " + answer.size() + " elements instead of " + elements,
          null);
    }
    return taken(asked.limit(), now, asked.weight(), answer);
  }

  abstract Standing taken(RateLimit limit, long now, long weight, List<Reply> answer);

  /**
   * What a stored state means to who would take 1.
   *
   * @param stored null = nothing was taken
   */
  abstract Standing looked(RateLimit limit, long now, String stored);

  /** The key that holds the state at that time. */
  String at(RateLimit limit, String key, long now) {
    return key;
  }

  abstract long[] takeArguments(RateLimit limit, long now, long weight);

  abstract long[] giveBackArguments(RateLimit limit, long taken, long weight);

  private ScriptCall call(RestScript script, Question asked, long time, long[] arguments) {
    return new ScriptCall(
        script,
        List.of(at(asked.limit(), asked.key(), time)),
        LongStream.of(arguments).boxed().toList());
  }
}
