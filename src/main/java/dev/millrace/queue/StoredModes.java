package dev.millrace.queue;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The modes that somebody chose for queues, kept in Redis so that all engines and all restarts
 * follow: the hash {@code <prefix>::consumption}, queue to mode. Get it from {@link
 * QueueEngine#storedModes}; each call costs one command.
 */
public final class StoredModes {

  private static final Logger LOG = LoggerFactory.getLogger(StoredModes.class);

  private final CommandLine line;
  private final String key;

  StoredModes(CommandLine line, String prefix) {
    this.line = line;
    this.key = prefix + "::consumption";
  }

  /** What is stored; an unknown word is left out, with a warning. */
  public CompletableFuture<Map<String, ConsumptionMode>> read() {
    return line.hash(key)
        .thenApply(
            stored -> {
              Map<String, ConsumptionMode> modes = new TreeMap<>();
              stored.forEach(
                  (queue, text) -> {
                    try {
                      modes.put(queue, ConsumptionMode.of(text));
                    } catch (IllegalArgumentException e) {
                      LOG.warn("{} {}: {}; it is ignored", key, queue, e.getMessage());
                    }
                  });
              return modes;
            });
  }

  public CompletableFuture<Void> store(Collection<String> queues, ConsumptionMode mode) {
    Map<String, String> fields = new TreeMap<>();
    queues.forEach(queue -> fields.put(queue, mode.text()));
    return line.putAll(key, fields).thenAccept(added -> {});
  }

  /** From then on these queues are in the modes that configuration says. */
  public CompletableFuture<Void> forget(Collection<String> queues) {
    return line.removeAll(key, queues).thenAccept(removed -> {});
  }
}
