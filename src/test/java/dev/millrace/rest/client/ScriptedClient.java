package dev.millrace.rest.client;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.rest.ScriptedRest;
import dev.millrace.rest.ScriptedRest.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A client of a server that answers as a test tells it to. */
abstract class ScriptedClient {

  static final String SECRET = "hunter2";

  ScriptedRest server;
  StandaloneRest rest;
  RestRedis redis;

  @BeforeEach
  void start() throws IOException {
    server = ScriptedRest.start();
    rest = TestRest.to(server.url());
    redis = rest.redis();
  }

  @AfterEach
  void stop() {
    rest.close();
    server.close();
  }

  /** Answers each command, be it alone or in a pipeline. */
  static Answer slots(UnaryOperator<String> slot) {
    ObjectMapper json = new ObjectMapper();
    return (request, exchange) -> {
      JsonNode body = json.readTree(request.body());
      if (request.uri().equals("/")) {
        String answer = slot.apply(body.toString());
        Answer.of(answer.contains("error") ? 400 : 200, answer).to(request, exchange);
        return;
      }
      List<String> slots = new ArrayList<>();
      body.forEach(command -> slots.add(slot.apply(command.toString())));
      Answer.of(200, slots.toString()).to(request, exchange);
    };
  }

  Reply await(RestCommand command) {
    return RestRedis.await(redis.send(command));
  }

  static RestRedisException refused(CompletableFuture<?> reply) {
    return catchThrowableOfType(RestRedisException.class, () -> RestRedis.await(reply));
  }
}
