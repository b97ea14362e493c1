package dev.millrace.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.rest.client.Reply;
import dev.millrace.rest.client.RestCommand;
import dev.millrace.rest.client.RestRedis;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Who is on the way, in Redis for all instances, by the hash of the state: who reads the keys
 * cannot come back in anybody's place. Each is there once, and for ten minutes.
 */
@Component
class PendingConnects {

  static final Duration LIFETIME = Duration.ofMinutes(10);

  private static final String PREFIX = "millrace:oauth:state:";

  private final RestRedis redis;
  private final ObjectMapper json;

  PendingConnects(RestRedis redis, ObjectMapper json) {
    this.redis = redis;
    this.json = json;
  }

  /**
   * @throws dev.millrace.rest.client.RestRedisException if Redis does not answer
   */
  void put(String state, PendingConnect pending) {
    RestRedis.await(
        redis.send(RestCommand.of("SETEX", key(state), LIFETIME.toSeconds(), text(pending))));
  }

  /**
   * What belongs to a state, which is used up by asking.
   *
   * @throws dev.millrace.rest.client.RestRedisException if Redis does not answer
   */
  Optional<PendingConnect> take(String state) {
    Reply reply = RestRedis.await(redis.send(RestCommand.of("GETDEL", key(state))));
    return reply.isNull() ? Optional.empty() : Optional.of(read(reply.text()));
  }

  private static String key(String state) {
    return PREFIX + Secrets.hash(state);
  }

  private String text(PendingConnect pending) {
    try {
      return json.writeValueAsString(pending);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A record of texts is JSON", e);
    }
  }

  private PendingConnect read(String text) {
    try {
      return json.readValue(text, PendingConnect.class);
    } catch (JsonProcessingException e) {
      // Its message would quote the verifier.
      throw new IllegalStateException("Redis holds a state that another version has written");
    }
  }
}
