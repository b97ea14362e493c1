package dev.millrace.queue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Who waits until a consumer holds no job any more. Belongs to the engine's loop. */
final class Rest {

  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

  CompletableFuture<Void> await() {
    CompletableFuture<Void> rest = new CompletableFuture<>();
    waiting.add(rest);
    return rest;
  }

  void check(boolean atRest) {
    if (atRest && !waiting.isEmpty()) {
      List<CompletableFuture<Void>> all = List.copyOf(waiting);
      waiting.clear();
      all.forEach(rest -> rest.complete(null));
    }
  }
}
