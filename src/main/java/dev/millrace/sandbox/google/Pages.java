package dev.millrace.sandbox.google;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Cuts a list into pages. The list is frozen when its first page is read, so that later pages
 * neither repeat nor lose an item; a page token is bound to the query it was given for.
 */
public final class Pages<T> {

  private static final int MOST_SNAPSHOTS = 1_000;

  /**
   * One page.
   *
   * @param nextPageToken null on the last page
   * @param nextSyncToken null on all pages but the last
   */
  public record Page<T>(List<T> items, String nextPageToken, String nextSyncToken, int total) {}

  private record Snapshot<T>(String query, List<T> items, int size, String syncToken) {}

  private final Map<String, Snapshot<T>> snapshots =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Snapshot<T>> eldest) {
          return size() > MOST_SNAPSHOTS;
        }
      };

  /**
   * The first page.
   *
   * @param query what later pages must be asked with
   * @param syncToken for the last page; null for none
   */
  public synchronized Page<T> first(String query, List<T> items, int size, String syncToken) {
    Snapshot<T> snapshot = new Snapshot<>(query, List.copyOf(items), size, syncToken);
    String id = Opaque.random(12);
    if (items.size() > size) {
      snapshots.put(id, snapshot);
    }
    return page(id, snapshot, 0);
  }

  /** A later page; empty if the token is unknown or was given for another query. */
  public synchronized Optional<Page<T>> next(String query, String pageToken) {
    int dot = pageToken.lastIndexOf('.');
    Snapshot<T> snapshot = dot < 0 ? null : snapshots.get(pageToken.substring(0, dot));
    if (snapshot == null || !snapshot.query().equals(query)) {
      return Optional.empty();
    }
    String offset = pageToken.substring(dot + 1);
    if (!offset.matches("[1-9]\\d{0,7}") || Integer.parseInt(offset) >= snapshot.items().size()) {
      return Optional.empty();
    }
    return Optional.of(page(pageToken.substring(0, dot), snapshot, Integer.parseInt(offset)));
  }

  private static <T> Page<T> page(String id, Snapshot<T> snapshot, int from) {
    int to = Math.min(from + snapshot.size(), snapshot.items().size());
    boolean last = to == snapshot.items().size();
    return new Page<>(
        snapshot.items().subList(from, to),
        last ? null : id + "." + to,
        last ? snapshot.syncToken() : null,
        snapshot.items().size());
  }
}
