package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.test.context.TestPropertySource;

/** Transactions are isolated from one another, and their connection is not kept for nothing. */
@TestPropertySource(properties = "millrace.gateway.idle=1s")
class GatewayTransactionTest extends RunningGateway {

  private static final int CLIENTS = 16;
  private static final int EACH = 25;

  @Test
  void shouldNotLetAnotherIn() throws Exception {
    List<Future<Void>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(client(Integer.toString(i))));
      }
    }
    for (Future<Void> client : clients) {
      client.get();
    }
    assertThat(plain.opsForValue().get("n")).isEqualTo(Integer.toString(CLIENTS * EACH * 2));
  }

  @Test
  void shouldCloseItsConnectionWhenThereIsNoTransaction() throws Exception {
    post("/multi-exec", "[[\"PING\"]]");
    assertThat(connections()).contains(":transactions");

    await().untilAsserted(() -> assertThat(connections()).doesNotContain(":transactions"));
  }

  /** Others write the same key all the time, alone and in transactions. */
  private Callable<Void> client(String own) {
    String body =
        "[[\"INCR\",\"n\"],[\"SET\",\"who\",\""
            + own
            + "\"],[\"ECHO\",\"x\"],[\"GET\",\"who\"],"
            + "[\"INCR\",\"n\"]]";
    return () -> {
      for (int i = 0; i < EACH; i++) {
        post("/", "[\"SET\",\"who\",\"nobody\"]");
        String told = post("/multi-exec", body).body();
        long first = Long.parseLong(told.replaceAll("^\\[\\{\"result\":(\\d+)}.*", "$1"));
        assertThat(told)
            .isEqualTo(
                "[{\"result\":%d},{\"result\":\"OK\"},{\"result\":\"x\"},{\"result\":\"%s\"},{\"result\":%d}]"
                    .formatted(first, own, first + 1));
      }
      return null;
    };
  }

  private String connections() {
    return String.valueOf(
        plain.execute(
            (RedisCallback<Object>) connection -> connection.serverCommands().getClientList()));
  }
}
