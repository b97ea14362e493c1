package dev.millrace.cache;

import dev.millrace.rest.client.Reply;
import dev.millrace.rest.client.RestCommand;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestRedisException;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Entries, marks and locks in Redis. Everything here throws {@link RestRedisException}, also when
 * an answer is of another kind than the question.
 */
final class FarCache {

  private final RestRedis redis;
  private final KeySpace keys;
  private final MarkVersions versions;
  private final CacheMeters meters;

  FarCache(RestRedis redis, KeySpace keys, MarkVersions versions, CacheMeters meters) {
    this.redis = redis;
    this.keys = keys;
    this.versions = versions;
    this.meters = meters;
  }

  /**
   * @throws IllegalArgumentException when no entry can live that long
   */
  Duration checked(Duration ttl) {
    return versions.checked(ttl);
  }

  /** The entry and its marks, in one command. */
  FarRead read(CacheKey key) {
    Set<String> markers = key.markers();
    List<Reply> found = mget(names(key, markers));
    return new FarRead(
        found.getFirst().text(), stamp(markers, found.subList(1, found.size())), false);
  }

  /**
   * The same for who waits for another's load, and whether it goes on: not if its lock is gone, nor
   * if something was dropped, because from a load of before one gets nothing. Also one command.
   *
   * @param stamp that the lock is named by
   */
  FarRead readAwaited(CacheKey key, String stamp) {
    Set<String> markers = key.markers();
    List<Object> names = names(key, markers);
    names.add(keys.lock(key.text(), stamp));
    List<Reply> found = mget(names);
    String now = stamp(markers, found.subList(1, found.size() - 1));
    return new FarRead(
        found.getFirst().text(), now, now.equals(stamp) && found.getLast().text() != null);
  }

  private List<Object> names(CacheKey key, Set<String> markers) {
    List<Object> names = new ArrayList<>();
    names.add(keys.entry(key.text()));
    markers.forEach(marker -> names.add(keys.version(marker)));
    return names;
  }

  /** The marks alone: no command when all were seen a short while ago, else one. */
  String stamp(CacheKey key) {
    Set<String> markers = key.markers();
    Map<String, String> known = versions.known(markers);
    return known.size() == markers.size() ? Stamp.of(known) : freshStamp(key);
  }

  /** The marks as they are now, in one command. */
  String freshStamp(CacheKey key) {
    Set<String> markers = key.markers();
    return stamp(markers, mget(markers.stream().<Object>map(keys::version).toList()));
  }

  void write(CacheKey key, String text, Duration ttl) {
    ask(RestCommand.of("SET", keys.entry(key.text()), text, "PX", ttl.toMillis())).text();
  }

  void remove(CacheKey key) {
    ask(RestCommand.of("DEL", keys.entry(key.text()))).integer();
  }

  /** Drops entries by their marks; a command for each, all in one request. */
  void drop(Collection<String> markers) {
    Map<String, String> fresh = new LinkedHashMap<>();
    List<RestCommand> commands = new ArrayList<>();
    for (String marker : markers) {
      String version = versions.create();
      fresh.put(marker, version);
      commands.add(newVersion(marker, version));
    }
    ask(commands).forEach(Reply::text);
    fresh.forEach(versions::remember);
  }

  /** Drops an entry by its mark and removes it as well; whether there was one. Two commands. */
  boolean delete(CacheKey key) {
    String marker = Marker.ofKey(key.text());
    String version = versions.create();
    List<Reply> done =
        ask(List.of(RestCommand.of("DEL", keys.entry(key.text())), newVersion(marker, version)));
    done.getLast().text();
    versions.remember(marker, version);
    return done.getFirst().integer() > 0;
  }

  /** Whether the lock is ours now. */
  boolean lock(CacheKey key, String stamp, Duration time) {
    String lock = keys.lock(key.text(), stamp);
    return ask(RestCommand.of("SET", lock, "1", "NX", "PX", time.toMillis())).text() != null;
  }

  /** Perhaps another's lock by now; then one load more is made, which does no harm. */
  void unlock(CacheKey key, String stamp) {
    ask(RestCommand.of("DEL", keys.lock(key.text(), stamp))).integer();
  }

  private RestCommand newVersion(String marker, String version) {
    return RestCommand.of(
        "SET", keys.version(marker), version, "PX", versions.lifetime().toMillis());
  }

  private String stamp(Set<String> markers, List<Reply> found) {
    Map<String, String> read = new LinkedHashMap<>();
    int at = 0;
    for (String marker : markers) {
      String version = found.get(at++).text();
      read.put(marker, version == null ? "" : version);
    }
    read.forEach(versions::remember);
    return Stamp.of(read);
  }

  private List<Reply> mget(List<Object> names) {
    List<Reply> found = ask(RestCommand.of("MGET", names.toArray())).list();
    if (found == null || found.size() != names.size()) {
      throw new RestRedisException(
          Kind.MALFORMED, "MGET", "the answer has another number of values than was asked", null);
    }
    return found;
  }

  private Reply ask(RestCommand command) {
    return billed(1, redis.send(command));
  }

  private List<Reply> ask(List<RestCommand> commands) {
    return billed(commands.size(), redis.pipeline(commands));
  }

  private <R> R billed(int commands, CompletableFuture<R> answer) {
    try {
      R reply = RestRedis.await(answer);
      meters.billed(commands);
      return reply;
    } catch (RestRedisException e) {
      if (e.kind() != Kind.PAUSED) {
        meters.billed(commands);
      }
      throw e;
    }
  }
}
