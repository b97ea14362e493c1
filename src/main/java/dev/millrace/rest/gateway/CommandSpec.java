package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.RedisReply.Bulk;
import dev.millrace.rest.gateway.RedisReply.Many;
import dev.millrace.rest.gateway.RedisReply.Simple;
import dev.millrace.rest.gateway.RedisReply.Whole;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What the server says of one of its commands.
 *
 * @param name in capitals; of a subcommand {@code SCRIPT|LOAD}
 * @param flags such as {@code movablekeys}
 * @param categories of the ACL, such as {@code @read}
 * @param firstKey which word is the first key; 0 = none, or another argument tells
 * @param lastKey which is the last; counted from the end when negative
 * @param step from one key to the next
 * @param subcommands by their own name; the server tells them since 7.0
 */
record CommandSpec(
    String name,
    Set<String> flags,
    Set<String> categories,
    int firstKey,
    int lastKey,
    int step,
    Map<String, CommandSpec> subcommands) {

  private static final int FLAGS = 2;
  private static final int FIRST_KEY = 3;
  private static final int LAST_KEY = 4;
  private static final int STEP = 5;
  private static final int CATEGORIES = 6;
  private static final int SUBCOMMANDS = 9;

  /** Of an element of what {@code COMMAND} answers. */
  static CommandSpec of(RedisReply told) {
    List<RedisReply> fields = ((Many) told).elements();
    Map<String, CommandSpec> subcommands = new HashMap<>();
    if (fields.size() > SUBCOMMANDS) {
      for (RedisReply sub : ((Many) fields.get(SUBCOMMANDS)).elements()) {
        CommandSpec spec = of(sub);
        subcommands.put(spec.name.substring(spec.name.indexOf('|') + 1), spec);
      }
    }
    return new CommandSpec(
        text(fields.get(0)).toUpperCase(Locale.ROOT),
        texts(fields.get(FLAGS)),
        texts(fields.get(CATEGORIES)),
        whole(fields.get(FIRST_KEY)),
        whole(fields.get(LAST_KEY)),
        whole(fields.get(STEP)),
        Map.copyOf(subcommands));
  }

  private static int whole(RedisReply reply) {
    return Math.toIntExact(((Whole) reply).value());
  }

  private static Set<String> texts(RedisReply list) {
    Set<String> texts = new HashSet<>();
    ((Many) list).elements().forEach(one -> texts.add(text(one)));
    return Set.copyOf(texts);
  }

  private static String text(RedisReply reply) {
    return reply instanceof Simple simple
        ? simple.toString()
        : new String(((Bulk) reply).bytes(), StandardCharsets.UTF_8);
  }
}
