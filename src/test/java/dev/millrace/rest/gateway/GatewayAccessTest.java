package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.test.context.TestPropertySource;

/** Who may do what, and which commands nobody may run. */
@TestPropertySource(
    properties = {
      "millrace.gateway.token=full-token-0123456789",
      "millrace.gateway.read-only-token=reading-token-0123456789",
      "millrace.gateway.allow=config|get"
    })
class GatewayAccessTest extends RunningGateway {

  private static final String READING = "Authorization: Bearer reading-token-0123456789";
  private static final String WRONG = "{\"error\":\"WRONGPASS invalid or missing auth token\"}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/get/k|Authorization: Bearer full-token-0123456789|200",
        "/get/k|Authorization: bearer full-token-0123456789|200",
        "/get/k?_token=full-token-0123456789|Authorization:|200",
        "/get/k?_TOKEN=full-token-0123456789|Authorization:|401",
        "/get/k?_token=full-token-0123456789|Authorization: Bearer wrong|200",
        "/get/k|Authorization: Bearer wrong|401",
        "/get/k|Authorization: Basic full-token-0123456789|401",
        "/get/k|Authorization:|401",
        "/get/k?_token=|Authorization:|401",
        "/get/k?%zz=1|Authorization:|401",
        "/get/k?_token=%zz|Authorization:|401",
        "/get/k?%zz=1||400",
        "/nothing/../../api/consumption|Authorization: Bearer wrong|401",
        "|Authorization:|401",
      })
  void shouldAskForTheToken(String path, String header, int status) throws Exception {
    Told told = get(path == null ? "" : path, header == null ? "" : header);

    assertThat(told.status()).isEqualTo(status);
    if (status == 401) {
      assertThat(told.body()).isEqualTo(WRONG);
      assertThat(told.header("Upstash-Sync-Token")).isNotBlank();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[\"GET\",\"k\"]|{\"result\":null}",
        "[\"MGET\",\"k\",\"l\"]|{\"result\":[null,null]}",
        "[\"PING\"]|{\"result\":\"PONG\"}",
        "[\"HSCAN\",\"h\",0]|{\"result\":[\"0\",[]]}",
        "[\"SET\",\"k\",1]|{\"error\":\"NOPERM this user has no permissions to run the 'set' command\"}",
        "[\"GETDEL\",\"k\"]|{\"error\":\"NOPERM this user has no permissions to run the 'getdel' command\"}",
        "[\"SCAN\",0]|{\"error\":\"NOPERM this user has no permissions to run the 'scan' command\"}",
        "[\"KEYS\",\"*\"]|{\"error\":\"NOPERM this user has no permissions to run the 'keys' command\"}",
        "[\"EVAL\",\"return 1\",0]|{\"error\":\"NOPERM this user has no permissions to run the 'eval' command\"}",
        "[\"PUBLISH\",\"c\",1]|{\"error\":\"NOPERM this user has no permissions to run the 'publish' command\"}",
        "[\"FLUSHALL\"]|{\"error\":\"NOPERM this user has no permissions to run the 'flushall' command\"}",
        "[\"INFO\"]|{\"error\":\"NOPERM this user has no permissions to run the 'info' command\"}",
      })
  void shouldLetTheReadOnlyTokenOnlyRead(String body, String answer) throws Exception {
    Told told = post("/", body, READING);

    assertThat(told.body()).isEqualTo(answer);
    assertThat(told.status()).isEqualTo(answer.contains("error") ? 400 : 200);
  }

  @Test
  void shouldRefuseTheReadOnlyTokenInPipelinesTransactionsAndStreams() throws Exception {
    assertThat(post("/pipeline", "[[\"SET\",\"k\",1],[\"GET\",\"k\"]]", READING).body())
        .isEqualTo(
            "[{\"error\":\"NOPERM this user has no permissions to run the 'set' command\"},"
                + "{\"result\":null}]");
    assertThat(post("/multi-exec", "[[\"GET\",\"k\"],[\"DEL\",\"k\"]]", READING).body())
        .isEqualTo("{\"error\":\"NOPERM this user has no permissions to run the 'del' command\"}");
    assertThat(post("/monitor", "", READING, "Accept: text/event-stream").body())
        .isEqualTo(
            "{\"error\":\"NOPERM this user has no permissions to run the 'monitor' command\"}");
    assertThat(post("/subscribe/c", "", READING, "Accept: text/event-stream").status())
        .isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FLUSHALL|it deletes the job queues too; millrace.gateway.allow: \"FLUSHALL\" opens it",
        "CONFIG SET save x|it administers the server; millrace.gateway.allow: \"CONFIG",
        "SHUTDOWN|millrace.gateway.allow: \"SHUTDOWN\" opens it",
        "DEBUG SLEEP 1|millrace.gateway.allow: \"DEBUG\" opens it",
        "SCRIPT FLUSH|other programs' scripts would be gone; millrace.gateway.allow: \"SCRIPT",
        "BLPOP k 0|it would block the connection that all requests share",
        "XREAD BLOCK 0 STREAMS s 0|the option BLOCK would block the connection",
        "XREADGROUP GROUP BLOCK c COUNT 1 NOACK BLOCK 5 STREAMS s >|the option BLOCK would block",
        "CLIENT REPLY OFF|it would change the connection that all requests share",
        "AUTH x|it would change the connection that all requests share",
        "MULTI|transactions are sent to /multi-exec as a whole",
        "XREADGROUP BLOCK 0 GROUP g c STREAMS s >|the option BLOCK would block the connection",
        "XREADGROUP COUNT 1 GROUP g c BLOCK 0 STREAMS s >|the option BLOCK would block the conn",
        "XREADGROUP NOACK GROUP STREAMS STREAMS block 0 STREAMS s >|the option BLOCK would block",
        "XREADGROUP CLAIM 5 BLOCK 0 GROUP g c STREAMS s >|the option BLOCK would block the conn",
        "XREAD COUNT STREAMS BLOCK 0 STREAMS s 0|the option BLOCK would block the connection",
        "XREAD BLOCK\\u0000 0 STREAMS s $|word 1 is none of its options",
        "XREAD COUNT 1 NEW BLOCK 0 STREAMS s $|word 3 is none of its options",
        "SCRIPT FLUSH\\u0000|its subcommand has a zero byte",
        "SCRIPT DEBUG\\u0000 YES|its subcommand has a zero byte",
        "SELECT 1|there is only database 0",
        "MOVE k 3|there is only database 0",
        "COPY a b DB 3|there is only database 0, and REPLACE is the only option",
        "COPY a b REPLACE db\\u0000 3|there is only database 0, and REPLACE is the only option",
        "SUBSCRIBE c|with the header Accept: text/event-stream",
        "MONITOR|with the header Accept: text/event-stream",
      })
  void shouldSayWhyACommandDoesNotPass(String command, String reason) throws Exception {
    StringBuilder body = new StringBuilder("[");
    for (String word : command.split(" ")) {
      body.append(body.length() > 1 ? "," : "").append('"').append(word).append('"');
    }

    Told told = post("/", body + "]");

    assertThat(told.status()).isEqualTo(400);
    assertThat(told.body())
        .startsWith("{\"error\":\"ERR Command is not available: '" + command.split(" ")[0] + "', ")
        .contains(reason.replace("\"", "\\\""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"BLOCK", "block", "BLOCK\\u0000"})
  void shouldNotLetTheReadOnlyTokenBlock(String option) throws Exception {
    String body = "[\"XREAD\",\"COUNT\",1,\"%s\",0,\"STREAMS\",\"s\",\"$\"]".formatted(option);

    assertThat(post("/", body, READING).body()).contains("Command is not available: 'XREAD'");
  }

  @Test
  void shouldTakeABlockThatIsNoOption() throws Exception {
    post("/", "[\"XGROUP\",\"CREATE\",\"BLOCK\",\"STREAMS\",0,\"MKSTREAM\"]");
    assertThat(
            post(
                    "/",
                    "[\"XREADGROUP\",\"GROUP\",\"STREAMS\",\"BLOCK\",\"STREAMS\",\"BLOCK\",\">\"]")
                .body())
        .isEqualTo("{\"result\":null}");
    assertThat(post("/", "[\"XREAD\",\"COUNT\",1,\"STREAMS\",\"BLOCK\",0]").body())
        .isEqualTo("{\"result\":null}");
  }

  @Test
  void shouldLetPassWhatIsAllowedBesides() throws Exception {
    assertThat(post("/", "[\"CONFIG\",\"GET\",\"maxmemory\"]").status()).isEqualTo(200);
  }

  @Test
  void shouldChangeTheSyncTokenWithEachAnswer() throws Exception {
    Set<String> seen = new HashSet<>();
    for (String path : new String[] {"/get/k", "/get/k", "/nosuch", "/get/k?_token=x"}) {
      seen.add(get(path).header("Upstash-Sync-Token"));
    }
    assertThat(seen).hasSize(4).doesNotContainNull();
  }

  @ParameterizedTest
  @CsvSource({"DELETE,405", "PATCH,405", "GET,200", "PUT,200"})
  void shouldTakeFourMethods(String method, int status) throws Exception {
    assertThat(ask(method, "/get/k", new byte[0]).status()).isEqualTo(status);
  }

  @Test
  void shouldAnswerHeadWithoutABody() throws Exception {
    Told told = ask("HEAD", "/get/k", new byte[0]);

    assertThat(told.status()).isEqualTo(200);
    assertThat(told.bytes()).isEmpty();
    assertThat(told.header("Upstash-Sync-Token")).isNotBlank();
  }
}
