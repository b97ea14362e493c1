package dev.millrace.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.millrace.TestClock;
import dev.millrace.World;
import dev.millrace.calendar.CalendarSync;
import dev.millrace.calendar.CalendarSyncResult;
import dev.millrace.job.JobBeans;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.Service;
import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;

/**
 * A Google of one's own behind TLS, with a certificate that only a private authority vouches for.
 */
class GoogleTlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir static Path files;
  private static SSLContext tls;

  private final TestClock clock = new TestClock(World.START);
  private final Sandbox sandbox =
      Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
  private final SandboxUser person = sandbox.users().get(0);
  private HttpsServer server;

  @BeforeAll
  static void makeAuthority() throws Exception {
    String ca = "-keystore ca.p12 -alias ca";
    keytool("-genkeypair " + ca + " -keyalg EC -dname CN=Private -ext bc:c");
    keytool("-exportcert " + ca + " -rfc -file ca.pem");
    String own = "-keystore server.p12 -alias server";
    keytool("-genkeypair " + own + " -keyalg EC -dname CN=google");
    keytool("-certreq " + own + " -file server.csr");
    keytool("-gencert " + ca + " -infile server.csr -outfile server.pem -ext SAN=dns:localhost");
    keytool("-importcert -noprompt -keystore server.p12 -alias ca -file ca.pem");
    keytool("-importcert -noprompt " + own + " -file server.pem");
    KeyStore keys =
        KeyStore.getInstance(files.resolve("server.p12").toFile(), PASSWORD.toCharArray());
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
  }

  @BeforeEach
  void start() throws Exception {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::pass);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    sandbox.close();
  }

  @Test
  void shouldRefreshAndSyncWithAServerThatAPrivateAuthorityVouchesFor() {
    try (JobBeans beans =
        beans(
            Map.of(
                "google.ssl-bundle",
                "private",
                "spring.ssl.bundle.pem.private.truststore.certificate",
                files.resolve("ca.pem").toUri().toString()))) {
      UUID user = connect(beans);

      CalendarSyncResult result =
          beans
              .get(CalendarSync.class)
              .run(Map.of("userId", user.toString(), "trigger", "initial"), "job", 0);

      assertThat(result.failure()).isNull();
      assertThat(result.full()).isOne();
      assertThat(sandbox.requests().count(Service.OAUTH)).isOne();
    }
  }

  @Test
  void shouldSendNothingToAServerThatNobodyVouchesFor() {
    try (JobBeans beans = beans(Map.of())) {
      UUID user = connect(beans);
      CalendarSync sync = beans.get(CalendarSync.class);

      CalendarSyncResult result = sync.run(Map.of("userId", user.toString()), "job", 0);

      assertThatThrownBy(() -> sync.settle(result)).isInstanceOf(GoogleUnavailableException.class);
      assertThat(sandbox.requests().all()).isEmpty();
      assertThat(beans.text("SELECT status FROM google_connections")).isEqualTo("active");
    }
  }

  @Test
  void shouldRefuseToStartWithABundleThatDoesNotExist() {
    assertThatThrownBy(() -> beans(Map.of("google.ssl-bundle", "privat")).close())
        .hasStackTraceContaining(RefusedSetting.class.getName())
        .hasStackTraceContaining("google.ssl-bundle is privat");
  }

  private JobBeans beans(Map<String, String> settings) {
    Map<String, Object> all = new HashMap<>(sandbox.properties());
    String google = "https://localhost:" + server.getAddress().getPort();
    all.replaceAll(
        (name, value) ->
            name.startsWith("google.")
                ? value.toString().replaceFirst("http://[^/]+", google)
                : value);
    all.put("millrace.encryption-key", World.KEY);
    all.put("app.public-base-url", "https://millrace.example");
    all.putAll(settings);
    return new JobBeans(
        clock,
        all,
        context -> context.register(SslAutoConfiguration.class),
        "dev.millrace.account",
        "dev.millrace.calendar");
  }

  private UUID connect(JobBeans beans) {
    UUID user = beans.rows().user(person.email(), "UTC");
    beans
        .get(GoogleConnections.class)
        .connect(
            user,
            Integration.GOOGLE_CALENDAR,
            person.email(),
            new TokenGrant(
                "used up",
                Duration.ofSeconds(1),
                person.calendarRefreshToken(),
                null,
                List.copyOf(person.calendarScopes())));
    return user;
  }

  /** Hands a request on to the sandbox. */
  private void pass(HttpExchange exchange) throws IOException {
    try (exchange;
        HttpClient client = HttpClient.newHttpClient();
        InputStream body = exchange.getRequestBody()) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(URI.create(sandbox.page()).resolve(exchange.getRequestURI()))
              .method(
                  exchange.getRequestMethod(),
                  HttpRequest.BodyPublishers.ofByteArray(body.readAllBytes()));
      for (String name : Set.of("Authorization", "Content-Type")) {
        if (exchange.getRequestHeaders().containsKey(name)) {
          request.header(name, exchange.getRequestHeaders().getFirst(name));
        }
      }
      HttpResponse<byte[]> answer =
          client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
      exchange.getResponseBody().write(answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void keytool(String arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments.split(" ")));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    Process process =
        new ProcessBuilder(command)
            .directory(files.toFile())
            .redirectErrorStream(true)
            .redirectOutput(files.resolve("keytool.log").toFile())
            .start();
    assertThat(process.waitFor()).as(() -> read(files.resolve("keytool.log"))).isZero();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
