package dev.millrace.cache;

import java.util.Collection;

/** Drops what goes with some marks, in Redis and in all caches of this process. */
@FunctionalInterface
interface Drops {

  /**
   * @param region that the commands are counted for
   * @return false when Redis could not be told
   */
  boolean drop(Region region, Collection<String> markers);
}
