package dev.millrace.queue;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A link whose replies can be kept on the way, as a slow network would: those to turns, or those to
 * waits.
 */
final class SlowReplies implements RedisLink {

  private final RedisLink link;
  private final List<Runnable> kept = new ArrayList<>();
  private boolean holding;
  private boolean holdingWaits;

  SlowReplies(RedisLink link) {
    this.link = link;
  }

  synchronized void hold() {
    holding = true;
  }

  synchronized void holdWaits() {
    holdingWaits = true;
  }

  synchronized int held() {
    return kept.size();
  }

  synchronized void release() {
    holding = false;
    holdingWaits = false;
    kept.forEach(Runnable::run);
    kept.clear();
  }

  @Override
  public boolean isClustered() {
    return link.isClustered();
  }

  @Override
  @SuppressWarnings("unchecked")
  public Connection open(String role, Duration timeout, Watch watch) {
    Connection real = link.open(role, timeout, watch);
    return new Connection() {
      @Override
      public RedisClusterAsyncCommands<byte[], byte[]> commands() {
        return slow(
            RedisClusterAsyncCommands.class,
            real.commands(),
            (method, arguments, sent) ->
                method.equals("bzpopmin") ? late(sent, () -> holdingWaits) : sent);
      }

      @Override
      public void close() {
        real.close();
      }
    };
  }

  @Override
  @SuppressWarnings("unchecked")
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    return slow(
        RedisClusterAsyncCommands.class,
        link.commands(),
        (method, arguments, sent) ->
            method.equals("evalsha") && Script.TURN.digest().equals(arguments[0])
                ? late(sent, () -> holding)
                : sent);
  }

  private interface Change {
    Object of(String method, Object[] arguments, Object answer);
  }

  private static <T> T slow(Class<T> type, Object real, Change change) {
    return type.cast(
        Proxy.newProxyInstance(
            SlowReplies.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                return change.of(method.getName(), arguments, method.invoke(real, arguments));
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  private Object late(Object sent, BooleanSupplier keep) {
    Late late = new Late();
    ((RedisFuture<?>) sent)
        .whenComplete(
            (reply, failure) -> {
              synchronized (this) {
                if (keep.getAsBoolean()) {
                  kept.add(() -> late.settle(reply, failure));
                  return;
                }
              }
              late.settle(reply, failure);
            });
    return late;
  }

  private static final class Late extends CompletableFuture<Object> implements RedisFuture<Object> {

    void settle(Object reply, Throwable failure) {
      if (failure == null) {
        complete(reply);
      } else {
        completeExceptionally(failure);
      }
    }

    @Override
    public String getError() {
      return null;
    }

    @Override
    public boolean await(long timeout, TimeUnit unit) {
      return isDone();
    }
  }
}
