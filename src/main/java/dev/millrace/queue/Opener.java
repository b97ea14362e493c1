package dev.millrace.queue;

import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Opens connections off the loop, because connecting blocks, and brings them to the loop. Belongs
 * to the loop itself.
 *
 * @param <T> what is opened
 */
final class Opener<T> {

  private final EngineLoop loop;
  private final Supplier<T> connect;
  private final Consumer<T> opened;
  private final Consumer<RuntimeException> failed;
  private final Consumer<T> unwanted;
  private boolean opening;
  private boolean cancelled;

  /**
   * @param connect blocks; on a thread of its own
   * @param opened is given what was opened, on the loop
   * @param failed hears why it could not be opened, on the loop
   * @param unwanted closes what came too late; any thread
   */
  Opener(
      EngineLoop loop,
      Supplier<T> connect,
      Consumer<T> opened,
      Consumer<RuntimeException> failed,
      Consumer<T> unwanted) {
    this.loop = loop;
    this.connect = connect;
    this.opened = opened;
    this.failed = failed;
    this.unwanted = unwanted;
  }

  /** Does nothing while it is at it already. */
  void open() {
    cancelled = false;
    if (opening) {
      return;
    }
    opening = true;
    Thread.ofVirtual().start(this::connect);
  }

  /** What is being opened is not wanted any more. */
  void cancel() {
    cancelled = true;
  }

  private void connect() {
    try {
      T fresh = connect.get();
      boolean heard =
          loop.execute(
              () -> {
                opening = false;
                if (cancelled) {
                  unwanted.accept(fresh);
                } else {
                  opened.accept(fresh);
                }
              });
      if (!heard) {
        unwanted.accept(fresh);
      }
    } catch (RuntimeException e) {
      loop.execute(
          () -> {
            opening = false;
            if (!cancelled) {
              failed.accept(e);
            }
          });
    }
  }
}
