package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.springframework.data.redis.core.RedisCallback;

/** Scripts that begin with the vendor's flag. */
class GatewayScriptTest extends RunningGateway {

  private static final String SCRIPT = "#!lua flags=allow-key-locking\\nreturn {KEYS[1],'%s'}";

  @Test
  void shouldRunThemByTextAndByDigest() throws Exception {
    String script = SCRIPT.formatted("first");
    String sha = sha1(script);

    assertThat(evalsha(sha)).contains("NOSCRIPT");
    assertThat(post("/", "[\"EVAL\",\"" + script + "\",1,\"k\"]").body())
        .isEqualTo("{\"result\":[\"k\",\"first\"]}");
    assertThat(evalsha(sha)).isEqualTo("{\"result\":[\"k\",\"first\"]}");
    assertThat(evalsha(sha.toUpperCase(Locale.ROOT))).isEqualTo("{\"result\":[\"k\",\"first\"]}");
    assertThat(post("/multi-exec", "[[\"EVALSHA\",\"" + sha + "\",1,\"k\"]]").body())
        .isEqualTo("[{\"result\":[\"k\",\"first\"]}]");
  }

  @Test
  void shouldLoadThemUnderTheDigestThatTheClientKnows() throws Exception {
    String script = SCRIPT.formatted("second");
    String sha = sha1(script);

    assertThat(post("/", "[\"SCRIPT\",\"LOAD\",\"" + script + "\"]").body())
        .isEqualTo("{\"result\":\"" + sha + "\"}");
    assertThat(post("/", "[\"SCRIPT\",\"EXISTS\",\"" + sha + "\",\"" + sha1("x") + "\"]").body())
        .isEqualTo("{\"result\":[1,0]}");
    assertThat(evalsha(sha)).isEqualTo("{\"result\":[\"k\",\"second\"]}");
  }

  @Test
  void shouldSayNoscriptOnceRedisHasForgottenThem() throws Exception {
    String script = SCRIPT.formatted("third");
    post("/", "[\"EVAL\",\"" + script + "\",1,\"k\"]");
    plain.execute(
        (RedisCallback<Void>)
            connection -> {
              connection.scriptingCommands().scriptFlush();
              return null;
            });

    assertThat(evalsha(sha1(script))).contains("NOSCRIPT");
  }

  @Test
  void shouldKeepLineNumbers() throws Exception {
    assertThat(
            post("/", "[\"EVAL\",\"#!lua flags=allow-key-locking\\n\\nreturn nosuch.field\",0]")
                .body())
        .contains("user_script:3:");
  }

  private String evalsha(String sha) throws Exception {
    return post("/", "[\"EVALSHA\",\"" + sha + "\",1,\"k\"]").body();
  }

  private static String sha1(String json) throws Exception {
    byte[] script = json.replace("\\n", "\n").getBytes(StandardCharsets.UTF_8);
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script));
  }
}
