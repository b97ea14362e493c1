package dev.millrace.rest;

import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.test.spring.junit5.CamelSpringBootTest;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.StringRedisTemplate;

/**
 * The whole application with its gateway, and beside it a plain connection to the Redis behind it,
 * which sees what really happened. Started once for all tests that ask for nothing else.
 */
@CamelSpringBootTest
@SpringBootTest(
    webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.quartz.auto-startup=false",
      "camel.component.quartz.auto-start-scheduler=false",
      "millrace.sandbox.enabled=false",
      // On a busy machine the first answers take longer than any caller in production would wait.
      "redis.rest.timeout=30s"
    })
public abstract class RunningRest {

  @Autowired protected StringRedisTemplate plain;
  @LocalServerPort protected int port;

  /** Forgets what {@link #calls} counted. */
  protected void resetCalls() {
    plain.execute(
        (RedisCallback<Void>)
            connection -> {
              connection.serverCommands().resetConfigStats();
              return null;
            });
  }

  /** Calls by command as Redis counted them, those inside scripts included; without our own. */
  protected Map<String, Long> calls() {
    Properties stats =
        plain.execute(
            (RedisCallback<Properties>)
                connection -> connection.serverCommands().info("commandstats"));
    Map<String, Long> calls = new TreeMap<>();
    stats.forEach(
        (name, text) -> {
          String command = name.toString().substring("cmdstat_".length());
          if (!command.equals("info") && !command.startsWith("config")) {
            calls.put(command, Long.parseLong(text.toString().replaceAll("calls=(\\d+).*", "$1")));
          }
        });
    return calls;
  }

  /** The sum of {@link #calls}: what a provider would bill. */
  protected long billed() {
    return calls().values().stream().mapToLong(Long::longValue).sum();
  }
}
