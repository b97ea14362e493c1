package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.verify;

import com.sun.net.httpserver.HttpServer;
import dev.millrace.TestRedis;
import dev.millrace.consumption.SwitchRefused.Reason;
import dev.millrace.mode.ModeCommand;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** The command {@code mode}, against a running instance. */
@ExtendWith(OutputCaptureExtension.class)
class ModeCommandTest extends RunningApi {

  private static final String TOKEN = "--millrace.admin-token=";

  @Test
  void shouldListTheQueues(CapturedOutput output) throws Exception {
    settled("GET", API, null, "pooled");

    assertThat(mode()).isEqualTo(ModeCommand.DONE);

    assertThat(output.getOut())
        .containsPattern("(?m)^queue +mode +stored +configured +risk$")
        .containsPattern("(?m)^calendar-sync +pooled +- +pooled +critical$")
        .containsPattern("(?m)^webhook-renewal +pooled +- +pooled +medium$");
  }

  @Test
  void shouldSwitchOneQueueAndBack(CapturedOutput output) {
    assertThat(mode("polling", "calendar-sync")).isEqualTo(ModeCommand.DONE);
    assertThat(output.getOut())
        .containsPattern("(?m)^calendar-sync +polling +polling +pooled +critical$")
        .doesNotContain("webhook-renewal ");

    assertThat(mode("configured", "calendar-sync")).isEqualTo(ModeCommand.DONE);
    assertThat(modes.of("calendar-sync").stored()).isNull();
    verify(modes).change("calendar-sync", "polling", false, "cli");
  }

  @Test
  void shouldSwitchAllQueuesOfOneInstance(CapturedOutput output) {
    assertThat(mode("legacy", "--canary")).isEqualTo(ModeCommand.DONE);

    assertThat(output.getOut())
        .containsPattern("(?m)^token-refresh +legacy \\(here only\\) +- +pooled +critical$");
    verify(modes).change(null, "legacy", true, "cli");
  }

  @Test
  void shouldFindTheInstanceByItsPort(CapturedOutput output) {
    assertThat(ModeCommand.run("--server.port=" + port)).isEqualTo(ModeCommand.DONE);
    assertThat(output.getOut()).contains("calendar-sync");
  }

  @ParameterizedTest
  @CsvSource({
    "fast,calendar-sync,'mode \"fast\" is unknown; use legacy, pooled, polling'",
    "legacy,calender-sync,'did you mean \"calendar-sync\"?'",
    "legacy,a b,'Unknown queue \"a b\"'",
    "legacy,a/b,'The request cannot be read.'",
  })
  void shouldPrintWhyItWasRefused(String mode, String queue, String error, CapturedOutput output) {
    assertThat(mode(mode, queue)).isEqualTo(ModeCommand.REFUSED);
    assertThat(output.getErr()).contains(error);
  }

  @Test
  void shouldPrintThatNothingChanged(CapturedOutput output) {
    refuseToChange(Reason.FAILED, "calendar-sync: its connections did not open in time");

    assertThat(mode("legacy", "calendar-sync")).isEqualTo(ModeCommand.REFUSED);
    assertThat(output.getErr()).contains("its connections did not open in time");
  }

  @Test
  void shouldSayThatTheTokenIsWrong(CapturedOutput output) {
    assertThat(mode(TOKEN + "wrong-wrong-wrong-wrong")).isEqualTo(ModeCommand.REFUSED);
    assertThat(output.getErr())
        .contains("does not take the admin token (401)", "MILLRACE_ADMIN_TOKEN")
        .doesNotContain("wrong-wrong");
  }

  @ParameterizedTest
  @CsvSource({"hunter2", "hunter2 with spaces in it"})
  void shouldSendNoTokenThatIsNone(String token, CapturedOutput output) {
    assertThat(mode(TOKEN + token)).isEqualTo(ModeCommand.UNASKED);
    assertThat(output.getErr()).contains("millrace.admin-token holds ");
    assertThat(output.getAll()).doesNotContain("hunter2");
  }

  @Test
  void shouldSayThatThereIsNoToken(@TempDir Path data, CapturedOutput output) {
    assertThat(mode("--millrace.data-directory=" + data)).isEqualTo(ModeCommand.UNASKED);
    assertThat(output.getErr())
        .contains("There is no admin token: MILLRACE_ADMIN_TOKEN is not set, and " + data);
    assertThat(data).isEmptyDirectory();
  }

  @Test
  void shouldSayThatTheTokenCannotBeRead(@TempDir Path data, CapturedOutput output)
      throws Exception {
    Files.createDirectory(data.resolve("admin-token"));

    assertThat(mode("--millrace.data-directory=" + data)).isEqualTo(ModeCommand.UNASKED);
    assertThat(output.getErr()).contains("admin-token cannot be read: ");
  }

  @Test
  void shouldSayThatNobodyAnswers(CapturedOutput output) throws Exception {
    String url = "http://127.0.0.1:" + TestRedis.freePort();

    assertThat(ModeCommand.run("--url=" + url)).isEqualTo(ModeCommand.UNASKED);
    assertThat(output.getErr())
        .contains("No Millrace answers at " + url)
        .contains("--url=http://host:port");
  }

  @ParameterizedTest
  @CsvSource({"200,'<p>hello</p>',2,is not JSON", "403,'',1,The API of the instance is closed"})
  void shouldSayWhatAnotherServerAnswers(
      int status, String body, int exit, String error, CapturedOutput output) throws Exception {
    HttpServer other = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    other.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, 0);
          exchange.getResponseBody().write(body.getBytes());
          exchange.close();
        });
    other.start();
    try {
      assertThat(ModeCommand.run("--url=http://127.0.0.1:" + other.getAddress().getPort()))
          .isEqualTo(exit);
      assertThat(output.getErr()).contains(error);
    } finally {
      other.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--cannary,'Option \"--cannary\" is unknown; did you mean \"--canary\"?'",
    "-x,Option \"-x\" is unknown.",
    "--canary,--canary needs a mode",
    "legacy a b,\"b\" is one word too many",
  })
  void shouldExplainItself(String args, String error, CapturedOutput output) {
    assertThat(ModeCommand.run(args.split(" "))).isEqualTo(ModeCommand.UNASKED);
    assertThat(output.getErr()).contains(error).contains("Usage: mode");
  }

  @ParameterizedTest
  @CsvSource({"localhost:8080", "http://", "http://a b", "http://localhost:99999", "ftp://x"})
  void shouldRefuseWhatIsNoAddress(String url, CapturedOutput output) {
    assertThat(ModeCommand.run("--url=" + url)).isEqualTo(ModeCommand.UNASKED);
    assertThat(output.getErr()).contains("--url is \"" + url + "\", which is no address");
  }

  private int mode(String... args) {
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = "--url=http://localhost:" + port;
    return ModeCommand.run(all);
  }
}
