package dev.millrace.sandbox.http;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** The last requests the stand-ins received; requests to the sandbox's own pages are not kept. */
public final class RequestLog {

  static final int CAPACITY = 20_000;

  private static final Set<String> SECRETS =
      Set.of(
          "access_token",
          "refresh_token",
          "id_token",
          "token",
          "code",
          "code_verifier",
          "client_secret",
          "key");

  private final Deque<LoggedRequest> requests = new ArrayDeque<>();

  synchronized void add(LoggedRequest request) {
    if (requests.size() == CAPACITY) {
      requests.removeFirst();
    }
    requests.addLast(request);
  }

  /** All that are kept, oldest first. */
  public synchronized List<LoggedRequest> all() {
    return List.copyOf(requests);
  }

  public synchronized List<LoggedRequest> matching(Predicate<LoggedRequest> wanted) {
    return requests.stream().filter(wanted).toList();
  }

  public long count(Service service) {
    return count(service, "");
  }

  /** How many requests to a service had this text in their path. */
  public long count(Service service, String pathPart) {
    return matching(r -> r.service() == service && r.path().contains(pathPart)).size();
  }

  public synchronized void clear() {
    requests.clear();
  }

  static Map<String, List<String>> masked(Query query) {
    Map<String, List<String>> masked = new LinkedHashMap<>();
    for (String name : query.names()) {
      masked.put(name, SECRETS.contains(name) ? List.of("***") : List.copyOf(query.all(name)));
    }
    return masked;
  }
}
