package dev.millrace.rest.gateway;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Where in a command its keys stand, as far as the server's own description goes. */
final class CommandKeys {

  private static final Set<String> COUNTED_AT_ONE =
      Set.of("ZUNION", "ZINTER", "ZDIFF", "ZINTERCARD", "SINTERCARD", "LMPOP", "ZMPOP");
  private static final Set<String> COUNTED_AT_TWO =
      Set.of(
          "EVAL",
          "EVAL_RO",
          "EVALSHA",
          "EVALSHA_RO",
          "FCALL",
          "FCALL_RO",
          "ZUNIONSTORE",
          "ZINTERSTORE",
          "ZDIFFSTORE");

  private CommandKeys() {}

  /** The indexes of the words that are keys, in order. */
  static List<Integer> of(RedisCall call, CommandSpec spec) {
    List<Integer> keys = new ArrayList<>();
    String name = call.name();
    if (spec.firstKey() > 0) {
      int last = spec.lastKey() < 0 ? call.size() + spec.lastKey() : spec.lastKey();
      for (int i = spec.firstKey();
          i <= Math.min(last, call.size() - 1);
          i += Math.max(1, spec.step())) {
        keys.add(i);
      }
    }
    if (COUNTED_AT_ONE.contains(name)) {
      counted(call, 1, keys);
    } else if (COUNTED_AT_TWO.contains(name)) {
      counted(call, 2, keys);
    } else if (name.equals("XREAD") || name.equals("XREADGROUP")) {
      afterStreams(call, keys);
    }
    return keys;
  }

  private static void counted(RedisCall call, int at, List<Integer> keys) {
    int count = at < call.size() ? number(call.text(at)) : 0;
    for (int i = at + 1; i <= at + count && i < call.size(); i++) {
      keys.add(i);
    }
  }

  private static void afterStreams(RedisCall call, List<Integer> keys) {
    int streams = CommandOptions.streams(call);
    int count = (call.size() - streams - 1) / 2;
    for (int i = streams + 1; i <= streams + count; i++) {
      keys.add(i);
    }
  }

  /** What is no number is left to Redis to complain about. */
  private static int number(String text) {
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : 0;
  }
}
