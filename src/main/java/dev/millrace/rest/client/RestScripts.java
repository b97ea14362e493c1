package dev.millrace.rest.client;

import dev.millrace.rest.client.RestRedisException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Runs scripts by their digest. A server that does not know one gets its text, once; a server that
 * does not know the flags in its first line gets it without.
 */
final class RestScripts {

  private static final String UNKNOWN = "NOSCRIPT";
  // Redis 7 refuses the flag, Redis 6 the whole line.
  private static final List<String> FLAGS_REFUSED =
      List.of("Unexpected flag in script shebang", "unexpected symbol near '#'");

  private final Function<RestCommand, CompletableFuture<Reply>> alone;
  private final Function<List<RestCommand>, CompletableFuture<List<Reply>>> together;
  private final RestMeter meter;
  private final Map<String, Version> versions = new ConcurrentHashMap<>();
  private volatile boolean withoutFlags;

  RestScripts(
      Function<RestCommand, CompletableFuture<Reply>> alone,
      Function<List<RestCommand>, CompletableFuture<List<Reply>>> together,
      RestMeter meter) {
    this.alone = alone;
    this.together = together;
    this.meter = meter;
  }

  CompletableFuture<List<Reply>> run(ScriptCall call) {
    return alone
        .apply(byDigest(call))
        .handle(
            (reply, failure) ->
                failure == null
                    ? CompletableFuture.completedFuture(reply)
                    : isUnknown(RestRedis.refusal(failure))
                        ? byText(call)
                        : CompletableFuture.<Reply>failedFuture(failure))
        .thenCompose(reply -> reply)
        .thenApply(reply -> counted(call, reply));
  }

  CompletableFuture<List<List<Reply>>> run(List<ScriptCall> calls) {
    return together
        .apply(calls.stream().map(this::byDigest).toList())
        .thenCompose(replies -> withoutGaps(calls, replies));
  }

  /** Scripts that the server did not know are sent one after the other: it happens once each. */
  private CompletableFuture<List<List<Reply>>> withoutGaps(
      List<ScriptCall> calls, List<Reply> replies) {
    CompletableFuture<List<List<Reply>>> all = CompletableFuture.completedFuture(new ArrayList<>());
    for (int i = 0; i < calls.size(); i++) {
      ScriptCall call = calls.get(i);
      Reply reply = replies.get(i);
      boolean unknown = reply.error().filter(RestScripts::isUnknown).isPresent();
      all =
          all.thenCompose(
              done ->
                  (unknown ? run(call) : CompletableFuture.completedFuture(counted(call, reply)))
                      .thenApply(
                          one -> {
                            done.add(one);
                            return done;
                          }));
    }
    return all;
  }

  private CompletableFuture<Reply> byText(ScriptCall call) {
    RestScript sent = version(call.script()).script();
    return alone
        .apply(command("EVAL", sent.source(), call))
        .handle(
            (reply, failure) -> {
              RestRedisException refusal = RestRedis.refusal(failure);
              if (refusal == null
                  || sent.equals(call.script().withoutFlags())
                  || FLAGS_REFUSED.stream().noneMatch(refusal.getMessage()::contains)) {
                return failure == null
                    ? CompletableFuture.completedFuture(reply)
                    : CompletableFuture.<Reply>failedFuture(failure);
              }
              withoutFlags = true;
              versions.clear();
              return byText(call);
            })
        .thenCompose(reply -> reply);
  }

  private List<Reply> counted(ScriptCall call, Reply reply) {
    List<Reply> elements = reply.list();
    if (elements == null || elements.isEmpty()) {
      throw new RestRedisException(
          Kind.MALFORMED,
          "EVALSHA",
          "script " + call.script().name() + " does not end with the number of its calls",
          null);
    }
    meter.inside(elements.getLast().integer());
    return elements.subList(0, elements.size() - 1);
  }

  private RestCommand byDigest(ScriptCall call) {
    return command("EVALSHA", version(call.script()).sha1(), call);
  }

  private Version version(RestScript script) {
    return versions.computeIfAbsent(
        script.source(),
        source -> {
          RestScript sent = withoutFlags ? script.withoutFlags() : script;
          return new Version(sent, sent.sha1());
        });
  }

  private static RestCommand command(String name, String script, ScriptCall call) {
    List<Object> arguments = new ArrayList<>();
    arguments.add(script);
    arguments.add(call.keys().size());
    arguments.addAll(call.keys());
    arguments.addAll(call.arguments());
    return new RestCommand(name, arguments, false);
  }

  private static boolean isUnknown(RestRedisException refusal) {
    return refusal != null && refusal.getMessage().contains(UNKNOWN);
  }

  private record Version(RestScript script, String sha1) {}
}
