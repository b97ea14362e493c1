package dev.millrace.cache;

import dev.millrace.rest.client.RestRedisException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all views of one cache share, whatever type they read. */
record Region(
    String name,
    CacheSettings settings,
    KeyPattern pattern,
    FarCache far,
    NearCache near,
    CacheMeters meters) {

  private static final Logger LOG = LoggerFactory.getLogger(Region.class);

  /** Asks Redis; when that fails it is counted, and the answer is {@code otherwise}. */
  <R> R ask(Supplier<R> question, R otherwise) {
    try {
      return question.get();
    } catch (RestRedisException e) {
      failed(e);
      return otherwise;
    }
  }

  /** Tells Redis something; whether it took it. */
  boolean tell(Runnable order) {
    return ask(
        () -> {
          order.run();
          return true;
        },
        false);
  }

  void failed(RestRedisException e) {
    meters.failed(e);
    LOG.debug("cache {} does without Redis: {}", name, e.getMessage());
  }
}
