package dev.millrace.component;

import dev.millrace.queue.QueueEngine;
import org.springframework.context.SmartLifecycle;

/**
 * Closes the engine after Camel has stopped its routes and before the connection factory, which
 * stops in phase 0, takes the connections away.
 */
final class EngineLifecycle implements SmartLifecycle {

  private static final int BETWEEN_CAMEL_AND_CONNECTIONS = 1000;

  private final QueueEngine engine;
  private volatile boolean running;

  EngineLifecycle(QueueEngine engine) {
    this.engine = engine;
  }

  @Override
  public void start() {
    running = true;
  }

  @Override
  public void stop() {
    engine.close();
    running = false;
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return BETWEEN_CAMEL_AND_CONNECTIONS;
  }
}
