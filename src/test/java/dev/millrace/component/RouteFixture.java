package dev.millrace.component;

import dev.millrace.TestRedis;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.Job;
import dev.millrace.queue.QueueEngine;
import java.time.Clock;
import java.util.UUID;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/** A Camel context with the component on the tests' Redis, and routes given as YAML. */
final class RouteFixture implements AutoCloseable {

  final String queue = "r-" + UUID.randomUUID().toString().substring(0, 8);
  final QueueEngine engine;
  final DefaultCamelContext camel = new DefaultCamelContext();
  private final TestRedis.Link link;

  RouteFixture() {
    String instance = "c" + UUID.randomUUID().toString().substring(0, 8);
    link = TestRedis.link(instance);
    engine =
        new QueueEngine(link, EngineOptions.of(instance), EngineListener.NONE, Clock.systemUTC());
    camel.getRegistry().bind("queueEngine", engine);
  }

  /** Starts routes; QUEUE in the text stands for this test's queue. */
  RouteFixture start(String yaml) throws Exception {
    Resource resource = ResourceHelper.fromString("test.camel.yaml", yaml.replace("QUEUE", queue));
    PluginHelper.getRoutesLoader(camel).loadRoutes(resource);
    camel.getShutdownStrategy().setTimeout(5);
    camel.start();
    return this;
  }

  Job job(String id) {
    return engine.queue(queue).find(id).join().orElseThrow();
  }

  boolean finished(String id) {
    return job(id).finishedOn() != null;
  }

  @Override
  public void close() {
    camel.stop();
    engine.close();
    link.close();
  }
}
