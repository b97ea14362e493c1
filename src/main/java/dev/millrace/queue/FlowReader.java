package dev.millrace.queue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Reads trees of jobs back, job by job, all of one level at the same time. */
final class FlowReader {

  private final CommandLine line;
  private final String prefix;
  private final int maxChildren;

  FlowReader(CommandLine line, String prefix, int maxChildren) {
    this.line = line;
    this.prefix = prefix;
    this.maxChildren = maxChildren;
  }

  CompletableFuture<Optional<JobNode>> read(QueueKeys keys, String id, int depth) {
    return line.hash(keys.job(id))
        .thenCompose(
            hash -> {
              if (hash.isEmpty()) {
                return CompletableFuture.completedFuture(Optional.empty());
              }
              Job job = Job.fetched(keys.queue(), id, hash);
              return depth == 1
                  ? CompletableFuture.completedFuture(Optional.of(new JobNode(job, List.of())))
                  : children(keys, id, depth - 1)
                      .thenApply(children -> Optional.of(new JobNode(job, children)));
            });
  }

  private CompletableFuture<List<JobNode>> children(QueueKeys keys, String id, int depth) {
    return new Children(line, keys, id)
        .dependencies()
        .thenCompose(
            all -> {
              List<CompletableFuture<Optional<JobNode>>> asked = new ArrayList<>();
              ask(asked, all.processed().keySet(), depth);
              ask(asked, all.unprocessed(), depth);
              ask(asked, all.failed(), depth);
              ask(asked, all.ignored().keySet(), depth);
              return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new))
                  .thenApply(
                      done -> asked.stream().flatMap(child -> child.join().stream()).toList());
            });
  }

  private void ask(
      List<CompletableFuture<Optional<JobNode>>> asked, Collection<String> jobKeys, int depth) {
    jobKeys.stream().limit(maxChildren).map(key -> read(key, depth)).forEach(asked::add);
  }

  /** Queue names hold no colons, but prefixes and ids may; the own prefix is known. */
  private CompletableFuture<Optional<JobNode>> read(String jobKey, int depth) {
    int queueAt =
        jobKey.startsWith(prefix + ":")
            ? prefix.length() + 1
            : jobKey.lastIndexOf(':', jobKey.lastIndexOf(':') - 1) + 1;
    int idAt = jobKey.indexOf(':', queueAt) + 1;
    if (queueAt < 2 || idAt < queueAt + 2) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    QueueKeys keys =
        new QueueKeys(jobKey.substring(0, queueAt - 1), jobKey.substring(queueAt, idAt - 1));
    return read(keys, jobKey.substring(idAt), depth);
  }
}
