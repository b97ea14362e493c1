package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The forms in which an answer can be had. */
class GatewayFormatTest extends RunningGateway {

  private static final String SHAPES =
      "return {1,'a',{},false,redis.status_reply('OK'),{'b'},redis.error_reply('E x')}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"SET\",\"k\",\"v\"]|{\"result\":\"OK\"}",
        "[\"PING\"]|{\"result\":\"UE9ORw==\"}",
        "[\"ECHO\",\"OK\"]|{\"result\":\"OK\"}",
        "[\"GET\",\"absent\"]|{\"result\":null}",
        "[\"EVAL\",\""
            + SHAPES
            + "\",0]|{\"result\":[1,\"YQ==\",[],null,\"T0s=\",[\"Yg==\"],\"E x\"]}",
        "[\"GET\"]|{\"error\":\"ERR wrong number of arguments for 'get' command\"}",
      })
  void shouldEncodeStrings(String body, String answer) throws Exception {
    assertThat(post("/", body, "Upstash-Encoding: base64").body()).isEqualTo(answer);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/|[\"SET\",\"k\",\"v\"]|200|+OK~",
        "/|[\"ECHO\",\"ä\"]|200|$2~ä~",
        "/|[\"GET\",\"absent\"]|200|$-1~",
        "/|[\"EVAL\",\"" + SHAPES + "\",0]|200|*7~:1~$1~a~*0~$-1~+OK~*1~$1~b~-E x~",
        "/|[\"GET\"]|400|-ERR wrong number of arguments for 'get' command~",
        "/|[]|400|-ERR empty command~",
        "/pipeline|[[\"PING\"],[\"GET\"]]|200|*2~$4~PONG~-ERR wrong number of arguments for 'get' command~",
        "/multi-exec|[[\"PING\"],[\"INCR\",\"n\"]]|200|*2~$4~PONG~:1~",
      })
  void shouldSpeakResp2(String path, String body, int status, String answer) throws Exception {
    Told told = post(path, body, "Upstash-Response-Format: resp2");

    assertThat(told.body()).isEqualTo(answer.replace("~", "\r\n"));
    assertThat(told.status()).isEqualTo(status);
    assertThat(told.header("Content-Type")).isEqualTo("application/octet-stream");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Upstash-Response-Format: resp3|X: y|ERR header Upstash-Response-Format is neither json nor resp2",
        "Upstash-Response-Format: resp2|Upstash-Encoding: base64|ERR header Upstash-Encoding: base64 is only for JSON, not for resp2",
        "Upstash-Encoding: gzip|X: y|ERR header Upstash-Encoding is not base64",
      })
  void shouldRefuseUnknownForms(String one, String other, String error) throws Exception {
    Told told = post("/", "[\"PING\"]", one, other);

    assertThat(told.status()).isEqualTo(400);
    assertThat(told.body()).isEqualTo("{\"error\":\"" + error + "\"}");
  }

  @Test
  void shouldReplaceWhatIsNoUtf8() throws Exception {
    ask("POST", "/set/b", new byte[] {'a', (byte) 0xff, 'b'});

    assertThat(get("/get/b").body()).isEqualTo("{\"result\":\"a\uFFFDb\"}");
    assertThat(ask("POST", "/", new byte[] {'[', '"', (byte) 0xff, '"', ']'}).body())
        .isEqualTo(
            "{\"error\":\"ERR failed to parse command: no valid JSON in UTF-8, see byte 3\"}");
  }

  @Test
  void shouldTakeAnyContentType() throws Exception {
    for (String type :
        new String[] {
          "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain"
        }) {
      for (String method : new String[] {"POST", "PUT"}) {
        assertThat(
                ask(
                        method,
                        "/",
                        "[\"ECHO\",\"a=b\"]".getBytes(StandardCharsets.UTF_8),
                        "Content-Type: " + type)
                    .body())
            .as(method + " " + type)
            .isEqualTo("{\"result\":\"a=b\"}");
      }
    }
  }
}
