package dev.millrace.rest.gateway;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.millrace.rest.ScriptDigest;
import dev.millrace.rest.gateway.RedisReply.Bulk;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Scripts that begin with {@code #!lua flags=allow-key-locking}, which only the vendor knows: the
 * flag is taken out before Redis sees it. That gives the script another SHA1, so the one the client
 * knows it by is mapped, for as long as this instance remembers it; then Redis says {@code
 * NOSCRIPT}, and clients send the script again.
 */
final class ScriptShelf {

  private static final String FLAG = "allow-key-locking";
  private static final String FLAGS = "flags=";
  private static final byte[] SHEBANG = "#!".getBytes(StandardCharsets.US_ASCII);
  private static final int REMEMBERED = 10_000;

  private final Cache<String, String> rewritten =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  /** The command as Redis is to see it. */
  RedisCall translate(RedisCall call) {
    return switch (call.name()) {
      case "EVAL", "EVAL_RO" -> call.size() > 1 ? script(call, 1) : call;
      case "EVALSHA", "EVALSHA_RO" -> call.size() > 1 ? digest(call, 1) : call;
      case "SCRIPT" -> scriptCommand(call);
      default -> call;
    };
  }

  /** The reply as the client is to see it. */
  RedisReply translate(RedisCall call, RedisReply reply) {
    boolean loaded = call.name().equals("SCRIPT") && call.upper(1).equals("LOAD");
    return loaded && reply instanceof Bulk && without(call.word(2)).isPresent()
        ? RedisReply.text(ScriptDigest.of(call.word(2)))
        : reply;
  }

  private RedisCall scriptCommand(RedisCall call) {
    RedisCall translated = call;
    if (call.upper(1).equals("LOAD") && call.size() > 2) {
      translated = script(call, 2);
    } else if (call.upper(1).equals("EXISTS")) {
      for (int i = 2; i < call.size(); i++) {
        translated = digest(translated, i);
      }
    }
    return translated;
  }

  private RedisCall script(RedisCall call, int index) {
    byte[] script = call.word(index);
    Optional<byte[]> plain = without(script);
    plain.ifPresent(changed -> rewritten.put(ScriptDigest.of(script), ScriptDigest.of(changed)));
    return plain.map(changed -> call.with(index, changed)).orElse(call);
  }

  private RedisCall digest(RedisCall call, int index) {
    String known = rewritten.getIfPresent(call.text(index).toLowerCase(Locale.ROOT));
    return known == null ? call : call.with(index, known.getBytes(StandardCharsets.US_ASCII));
  }

  /** The script without the flag; empty when it does not have it. */
  private static Optional<byte[]> without(byte[] script) {
    if (!Arrays.equals(script, 0, Math.min(2, script.length), SHEBANG, 0, 2)) {
      return Optional.empty();
    }
    int end = 0;
    while (end < script.length && script[end] != '\n') {
      end++;
    }
    String line = new String(script, 0, end, StandardCharsets.UTF_8);
    String changed = withoutFlag(line);
    if (changed.equals(line)) {
      return Optional.empty();
    }
    Bytes whole = new Bytes();
    whole.put(changed.getBytes(StandardCharsets.UTF_8));
    whole.put(Arrays.copyOfRange(script, end, script.length));
    return Optional.of(whole.toArray());
  }

  /** An empty line where nothing remains, so that line numbers in errors stay right. */
  private static String withoutFlag(String line) {
    List<String> words =
        Arrays.stream(line.strip().split("\\s+"))
            .map(ScriptShelf::withoutFlagIn)
            .filter(word -> !word.isEmpty())
            .toList();
    if (String.join(" ", words).equals(line.strip().replaceAll("\\s+", " "))) {
      return line;
    }
    return words.size() == 1 && words.getFirst().equalsIgnoreCase("#!lua")
        ? ""
        : String.join(" ", words);
  }

  private static String withoutFlagIn(String word) {
    if (!word.startsWith(FLAGS)) {
      return word;
    }
    String left =
        Arrays.stream(word.substring(FLAGS.length()).split(","))
            .filter(flag -> !flag.equals(FLAG))
            .collect(Collectors.joining(","));
    return left.isEmpty() ? "" : FLAGS + left;
  }
}
