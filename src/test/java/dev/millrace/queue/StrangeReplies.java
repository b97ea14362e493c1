package dev.millrace.queue;

import io.lettuce.core.RedisFuture;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A link on which one script, or all, answers nonsense; Redis has done what it was asked. */
final class StrangeReplies implements RedisLink {

  private final RedisLink link;
  private volatile Script script;
  private volatile Object reply;
  private volatile int times;

  StrangeReplies(RedisLink link) {
    this.link = link;
  }

  /** The next so many replies of the script are this. */
  void answer(Script asked, Object nonsense, int howOften) {
    script = asked;
    reply = nonsense;
    times = howOften;
  }

  @Override
  public boolean isClustered() {
    return link.isClustered();
  }

  @Override
  public Connection open(String role, Duration timeout, Watch watch) {
    return link.open(role, timeout, watch);
  }

  @Override
  @SuppressWarnings("unchecked")
  public RedisClusterAsyncCommands<byte[], byte[]> commands() {
    RedisClusterAsyncCommands<byte[], byte[]> real = link.commands();
    return (RedisClusterAsyncCommands<byte[], byte[]>)
        Proxy.newProxyInstance(
            StrangeReplies.class.getClassLoader(),
            new Class<?>[] {RedisClusterAsyncCommands.class},
            (proxy, method, arguments) -> {
              try {
                Object sent = method.invoke(real, arguments);
                return method.getName().equals("evalsha") && isNext(arguments[0])
                    ? Strange.after((RedisFuture<?>) sent, reply)
                    : sent;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private synchronized boolean isNext(Object digest) {
    if (times == 0 || !script.digest().equals(digest)) {
      return false;
    }
    times--;
    return true;
  }

  private static final class Strange extends CompletableFuture<Object>
      implements RedisFuture<Object> {

    static Strange after(RedisFuture<?> sent, Object reply) {
      Strange strange = new Strange();
      sent.whenComplete(
          (real, failure) -> {
            if (failure == null) {
              strange.complete(reply);
            } else {
              strange.completeExceptionally(failure);
            }
          });
      return strange;
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
