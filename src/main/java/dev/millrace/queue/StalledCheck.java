package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds jobs whose worker died. Runs once when the engine starts or reconnects and when an idle
 * wait finds active jobs; goes on every interval as long as others' jobs are active, and not at all
 * when there are none.
 */
final class StalledCheck {

  private static final Logger LOG = LoggerFactory.getLogger(StalledCheck.class);

  /** The throttle key lives exactly one interval; a look at the same moment would still find it. */
  private static final Duration AFTER_THROTTLE = Duration.ofMillis(50);

  private final QueueEngine engine;
  private boolean scheduled;

  StalledCheck(QueueEngine engine) {
    this.engine = engine;
  }

  void soon(Duration delay) {
    if (scheduled) {
      return;
    }
    scheduled = true;
    engine.loop().later(delay, this::look);
  }

  private void look() {
    List<QueueConsumer> checked = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    arguments.add(engine.options().events().text());
    arguments.add(Long.toString(engine.loop().now()));
    arguments.add(Long.toString(engine.options().stalledInterval().toMillis()));
    arguments.add(Integer.toString(engine.options().maxStalledCount()));
    for (QueueConsumer consumer : engine.consumers()) {
      if (keys.contains(consumer.keys().meta())) {
        continue;
      }
      checked.add(consumer);
      keys.add(consumer.keys().meta());
      arguments.add(consumer.keys().base());
      arguments.add(Integer.toString(engine.active(consumer.queue())));
    }
    if (keys.isEmpty()) {
      scheduled = false;
      return;
    }
    engine
        .line()
        .run(Script.STALLED, keys, arguments)
        .thenApply(reply -> Script.STALLED.read(reply, all -> Found.parse(all, checked.size())))
        .whenComplete(
            (found, failure) ->
                engine
                    .loop()
                    .execute(
                        () -> {
                          scheduled = false;
                          if (failure != null) {
                            engine.redisFailed(
                                "looking for stalled jobs", CommandLine.unwrap(failure));
                            soon(engine.options().stalledInterval());
                          } else if (anyForeign(checked, found)) {
                            soon(engine.options().stalledInterval().plus(AFTER_THROTTLE));
                          }
                        }));
  }

  /**
   * What the script found in one queue.
   *
   * @param foreign active jobs of others
   * @param moved ids that went back to wait
   * @param stopped why it could not go on; empty = it could
   */
  private record Found(long foreign, List<?> moved, String stopped) {

    static List<Found> parse(List<Object> reply, int queues) {
      List<Found> all = new ArrayList<>();
      for (Object answer : reply.subList(0, queues)) {
        List<?> queue = (List<?>) answer;
        all.add(new Found((Long) queue.get(0), (List<?>) queue.get(1), (String) queue.get(2)));
      }
      return all;
    }
  }

  private boolean anyForeign(List<QueueConsumer> checked, List<Found> all) {
    boolean foreign = false;
    for (int i = 0; i < checked.size(); i++) {
      Found found = all.get(i);
      boolean others = found.foreign() > 0;
      engine.consumersOf(checked.get(i).queue()).forEach(c -> c.sharedWithOthers(others));
      foreign = foreign || others;
      if (!found.stopped().isEmpty()) {
        LOG.warn(
            "Queue {} cannot be looked after: {}; see which of its keys is not what BullMQ makes of it",
            checked.get(i).queue(),
            found.stopped());
      }
      List<?> moved = found.moved();
      if (!moved.isEmpty()) {
        LOG.warn(
            "Queue {}: {} job(s) of a worker that died went back to wait: {}",
            checked.get(i).queue(),
            moved.size(),
            moved);
        engine.listener().stalled(checked.get(i).queue(), moved.size());
      }
    }
    return foreign;
  }
}
