package dev.millrace.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.millrace.Millrace;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The scenario {@code gateway/100}: pipelines of 100 commands, half of them writes, sent by several
 * clients to the gateway of the whole application, and in turn the same pipelines by Lettuce
 * straight to Redis. Clients, gateway and Redis share the machine.
 */
final class GatewayBench {

  static final String NAME = "gateway/100";

  private static final int COMMANDS = 100;
  private static final int CLIENTS = 16;
  private static final Duration ROUND = Duration.ofSeconds(3);
  private static final String TOKEN = "bench-token-0123456789";
  private static final int WARM_UP = 8;
  private static final OperatingSystemMXBean PROCESS =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private static final double AIM = 30_000;

  private GatewayBench() {}

  /** Prints what came out. */
  static void run(int rounds, BenchRedis redis) {
    try (ConfigurableApplicationContext application =
            new SpringApplicationBuilder(Millrace.class)
                .run(
                    "--server.port=0",
                    "--REDIS_URL=redis://127.0.0.1:" + redis.port(),
                    "--millrace.data-directory=target/bench-data",
                    "--millrace.gateway.token=" + TOKEN,
                    "--millrace.sandbox.enabled=false",
                    "--camel.component.quartz.auto-start-scheduler=false");
        HttpClient http = HttpClient.newHttpClient();
        RedisClient client =
            RedisClient.create(
                RedisURI.builder().withHost("127.0.0.1").withPort(redis.port()).build());
        StatefulRedisConnection<String, String> connection = client.connect()) {
      HttpRequest request =
          request(application.getEnvironment().getRequiredProperty("local.server.port"));
      double[] gateway = new double[rounds];
      double[] straight = new double[rounds];
      double[] micros = new double[rounds];
      for (int round = -WARM_UP; round < rounds; round++) {
        long cpu = PROCESS.getProcessCpuTime();
        double over = measure(() -> overHttp(http, request));
        double used = PROCESS.getProcessCpuTime() - cpu;
        double direct = round < -1 ? 0 : measure(() -> straight(connection.async()));
        if (round >= 0) {
          gateway[round] = over;
          straight[round] = direct;
          micros[round] = used / 1e3 / (over * ROUND.toSeconds());
        }
      }
      print(gateway, straight, micros);
    }
  }

  private static void print(double[] gateway, double[] straight, double[] micros) {
    double[] ratios = new double[gateway.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = gateway[i] / straight[i];
    }
    System.out.printf(
        Locale.ROOT,
        "%n%s  %d clients, pipelines of %d%n  over HTTP        %,9.0f commands/s (%,.0f to %,.0f)%n"
            + "  clients and gateway, CPU  %.1f µs a command%n"
            + "  straight, Lettuce %,8.0f commands/s%n  ratio            %9.2f%n"
            + "aim: %,.0f commands/s over HTTP: %s%n",
        NAME,
        CLIENTS,
        COMMANDS,
        median(gateway),
        Arrays.stream(gateway).min().orElseThrow(),
        Arrays.stream(gateway).max().orElseThrow(),
        median(micros),
        median(straight),
        median(ratios),
        AIM,
        median(gateway) >= AIM ? "reached" : "MISSED");
  }

  /** Commands a second of all clients together. */
  private static double measure(Pipeline pipeline) {
    long start = System.nanoTime();
    long end = start + ROUND.toNanos();
    List<Future<Long>> clients = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(
            threads.submit(
                () -> {
                  long done = 0;
                  while (System.nanoTime() < end) {
                    pipeline.send();
                    done += COMMANDS;
                  }
                  return done;
                }));
      }
      long all = 0;
      for (Future<Long> client : clients) {
        all += client.get();
      }
      return all / ((System.nanoTime() - start) / 1e9);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static HttpRequest request(String port) {
    StringBuilder body = new StringBuilder("[");
    for (int i = 0; i < COMMANDS; i += 2) {
      body.append(i == 0 ? "" : ",")
          .append("[\"SET\",\"bench:" + i + "\",\"some value of forty characters, as is common\"],")
          .append("[\"GET\",\"bench:" + i + "\"]");
    }
    return HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/redis/pipeline"))
        .header("Authorization", "Bearer " + TOKEN)
        .version(HttpClient.Version.HTTP_1_1)
        .POST(HttpRequest.BodyPublishers.ofString(body.append("]").toString()))
        .build();
  }

  private static void overHttp(HttpClient http, HttpRequest request)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200 || answer.body().contains("error")) {
      throw new IllegalStateException(answer.statusCode() + " " + answer.body());
    }
  }

  private static void straight(RedisAsyncCommands<String, String> redis)
      throws InterruptedException, ExecutionException {
    List<RedisFuture<String>> sent = new ArrayList<>(COMMANDS);
    for (int i = 0; i < COMMANDS; i += 2) {
      sent.add(redis.set("bench:" + i, "some value of forty characters, as is common"));
      sent.add(redis.get("bench:" + i));
    }
    for (RedisFuture<String> one : sent) {
      one.get();
    }
  }

  private static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  private interface Pipeline {
    void send() throws Exception;
  }
}
