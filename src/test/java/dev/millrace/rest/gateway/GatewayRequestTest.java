package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests over raw HTTP: what is sent, and what exactly comes back. */
class GatewayRequestTest extends RunningGateway {

  private static final String WRONG_TYPE =
      "{\"error\":\"WRONGTYPE Operation against a key holding the wrong kind of value\"}";

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "|[\"SET\",\"k\",\"v\"]|200|{\"result\":\"OK\"}",
        "/|[\"set\",\"k\",\"v\",\"EX\",100]|200|{\"result\":\"OK\"}",
        "/|[\"GET\",\"absent\"]|200|{\"result\":null}",
        "/|[\"INCRBY\",\"n1\",9007199254740993]|200|{\"result\":9007199254740993}",
        "/|[\"ECHO\",1e400]|200|{\"result\":\"1e400\"}",
        "/|[\"ECHO\",-0.10]|200|{\"result\":\"-0.10\"}",
        "/|[\"ECHO\",true]|200|{\"result\":\"true\"}",
        "/|[\"ECHO\",\"\\u00e4\\ud83d\\ude00\\u0000\\\"\\\\\\n\"]|200|{\"result\":\"ä😀\\u0000\\\"\\\\\\n\"}",
        "/|[\"MGET\",\"a\",\"b\"]|200|{\"result\":[null,null]}",
        "/|[\"HGETALL\",\"absent\"]|200|{\"result\":[]}",
        "/|[\"ZADD\",\"z\",1.5,\"m\"]|200|{\"result\":1}",
        "/|[\"EVAL\",\"return {1,{2,{},false,redis.error_reply('E x')},'y'}\",0]|200|{\"result\":[1,[2,[],null,\"E x\"],\"y\"]}",
        "/|[\"SELECT\",0]|200|{\"result\":\"OK\"}",
        "/|[\"SELECT\",1]|400|{\"error\":\"ERR Command is not available: 'SELECT', there is only database 0\"}",
        "/|[\"SET\",\"k\"]|400|{\"error\":\"ERR wrong number of arguments for 'set' command\"}",
        "/|[\"NOSUCH\",\"a\",\"b\"]|400|{\"error\":\"ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' \"}",
        "/|[]|400|{\"error\":\"ERR empty command\"}",
        "/|{\"a\":1}|400|{\"error\":\"ERR failed to parse command: the body is an object, not an array\"}",
        "/|\"GET\"|400|{\"error\":\"ERR failed to parse command: the body is a string, not an array\"}",
        "/|[\"SET\",\"k\",null]|400|{\"error\":\"ERR failed to parse command: word 2 is null; send a string, a number or a boolean\"}",
        "/|[\"SET\",\"k\",{}]|400|{\"error\":\"ERR failed to parse command: word 2 is an object; send a string, a number or a boolean\"}",
        "/|[\"SET\",[\"k\"]]|400|{\"error\":\"ERR failed to parse command: word 1 is an array; send a string, a number or a boolean\"}",
        "/|[\"GET\",\"k\"] x|400|{\"error\":\"ERR failed to parse command: no valid JSON in UTF-8, see byte 12\"}",
        "/|[\"GET\",\"k\"][]|400|{\"error\":\"ERR failed to parse command: something follows the array\"}",
        "/|[\"GET\",\"\\ud800\"]|400|{\"error\":\"ERR failed to parse command: a string has half of a surrogate pair\"}",
        "/|[\"GET\"|400|{\"error\":\"ERR failed to parse command: no valid JSON in UTF-8, see byte 6\"}",
        "/||400|{\"error\":\"ERR failed to parse command: the body is empty; send a JSON array\"}",
        "/pipeline||400|{\"error\":\"ERR failed to parse pipeline request: the body is empty; send a JSON array\"}",
        "/pipeline|[]|400|{\"error\":\"ERR empty pipeline request\"}",
        "/pipeline|[[]]|400|{\"error\":\"ERR empty command\"}",
        "/pipeline|[[\"PING\"],\"x\"]|400|{\"error\":\"ERR failed to parse pipeline request: command 1 is a string, not an array\"}",
        "/multi-exec|[[\"SET\",\"t\",1],[\"INCR\",\"t\"],[\"LPUSH\",\"t\",1],[\"SELECT\",0],[\"GET\",\"t\"]]|200|[{\"result\":\"OK\"},{\"result\":2},"
            + WRONG_TYPE
            + ",{\"result\":\"OK\"},{\"result\":\"2\"}]",
        "/multi-exec|[[\"SET\",\"u\",1],[\"SET\",\"u\"]]|400|{\"error\":\"ERR wrong number of arguments for 'set' command\"}",
        "/multi-exec|[[\"SET\",\"u\",1],[\"BLPOP\",\"u\",0]]|400|{\"error\":\"ERR Command is not available: 'BLPOP', it would block the connection that all requests share\"}",
        "/pipeline|[[\"SET\",\"p\",1.50],[\"GET\",\"p\"],[\"LPUSH\",\"p\",1],[\"WATCH\",\"p\"]]|200|[{\"result\":\"OK\"},{\"result\":\"1.50\"},"
            + WRONG_TYPE
            + ",{\"error\":\"ERR Command is not available: 'WATCH', transactions are sent to /multi-exec as a whole\"}]",
      })
  void shouldAnswerJson(String path, String body, int status, String answer) throws Exception {
    Told told = post(path == null ? "" : path, body == null ? "" : body);

    assertThat(told.body()).isEqualTo(answer);
    assertThat(told.status()).isEqualTo(status);
    assertThat(told.header("Content-Type")).isEqualTo("application/json");
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET|/set/foo/bar||foo|bar",
        "GET|/set/foo/bar/EX/100||foo|bar",
        "PUT|/SET/foo/bar?EX=100||foo|bar",
        "POST|/set/foo?EX=100|the body|foo|the body",
        "POST|/set/foo?KEEPTTL&GET|x|foo|x",
        "POST|/set/foo|[]|foo|[]",
        "POST|/set/a%2Fb/c%20d+e||a/b|c d+e",
        "POST|/set/..%2f..%5cx/%25||../..\\x|%",
        "POST|/set/..%2F..%2F..%2Fx/1||../../../x|1",
        "POST|/set/..%5C..%5C..%5C..%2Fx/1||..\\..\\..\\../x|1",
        "POST|/set/a;b=1/c;d||a;b=1|c;d",
        "POST|/set/%E4%BD%A0/%C3%A4||你|ä",
        "POST|/set/|v||v",
        "POST|/set//v|||v",
        "POST|/set/[x]|{1}^`\"<y>\\|[x]|{1}^`\"<y>\\",
        "POST|/set/../%2e%2e||..|..",
        "POST|/set/x/1?_token=nobody&EX=10||x|1",
        "POST|/set/a&b=c/v?PX=10000&NX||a&b=c|v",
      })
  void shouldTakeTheCommandFromThePath(
      String method, String path, String body, String key, String value) throws Exception {
    byte[] bytes = body == null ? new byte[0] : body.getBytes(StandardCharsets.UTF_8);

    Told told = ask(method, path, bytes);

    assertThat(told.status()).as(told.body()).isEqualTo(200);
    assertThat(plain.opsForValue().get(key == null ? "" : key)).isEqualTo(value);
  }

  @Test
  void shouldKeepBytesOfABody() throws Exception {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    assertThat(
            ask("POST", "/set/image", bytes, "Content-Type: application/x-www-form-urlencoded")
                .body())
        .isEqualTo("{\"result\":\"OK\"}");

    Told encoded = get("/get/image", "Upstash-Encoding: base64");
    Told raw = get("/get/image", "Upstash-Response-Format: resp2");

    assertThat(encoded.body())
        .isEqualTo("{\"result\":\"" + Base64.getEncoder().encodeToString(bytes) + "\"}");
    assertThat(raw.bytes()).startsWith("$256\r\n".getBytes(StandardCharsets.UTF_8)).contains(bytes);
    assertThat(raw.header("Content-Type")).isEqualTo("application/octet-stream");
  }

  @Test
  void shouldKeepABodyPackedThatIsPacked() throws Exception {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("text".getBytes(StandardCharsets.UTF_8));
    }
    ask("POST", "/set/packed", packed.toByteArray(), "Content-Encoding: gzip");

    assertThat(get("/get/packed", "Upstash-Encoding: base64").body())
        .isEqualTo(
            "{\"result\":\"" + Base64.getEncoder().encodeToString(packed.toByteArray()) + "\"}");
  }
}
