package dev.millrace.rest.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.millrace.rest.client.RestRedisException.Kind;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.camel.CamelContext;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.jsse.KeyManagersParameters;
import org.apache.camel.support.jsse.KeyStoreParameters;
import org.apache.camel.support.jsse.SSLContextParameters;
import org.apache.camel.support.jsse.TrustManagersParameters;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server with a certificate of one's own, trusted by Camel's settings ({@code camel.ssl.*}). */
class RestTlsTest {

  private static final String PASSWORD = "changeit";

  @TempDir Path files;
  private HttpsServer server;
  private KeyStoreParameters keys;

  @BeforeEach
  void start() throws Exception {
    Path store = files.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "redis",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                PASSWORD)
            .inheritIO()
            .start();
    assertThat(keytool.waitFor()).isZero();
    keys = new KeyStoreParameters();
    keys.setResource("file:" + store);
    keys.setPassword(PASSWORD);
    KeyManagersParameters own = new KeyManagersParameters();
    own.setKeyStore(keys);
    own.setKeyPassword(PASSWORD);
    SSLContextParameters tls = new SSLContextParameters();
    tls.setKeyManagers(own);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(tls.createSSLContext(new DefaultCamelContext())));
    server.createContext(
        "/",
        exchange -> {
          byte[] answer = "{\"result\":\"UE9ORw==\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void shouldTalkToAServerWhoseCertificateIsTrusted() throws Exception {
    TrustManagersParameters trusted = new TrustManagersParameters();
    trusted.setKeyStore(keys);
    SSLContextParameters tls = new SSLContextParameters();
    tls.setTrustManagers(trusted);
    CamelContext camel = new DefaultCamelContext();
    camel.setSSLContextParameters(tls);
    camel.getComponent("https", HttpComponent.class).setUseGlobalSslContextParameters(true);
    RestRedisBuilder client =
        RestRedisBuilder.of(TestRest.properties(Duration.ofSeconds(5), Duration.ofMinutes(1)))
            .prepare(camel);
    PluginHelper.getRoutesLoader(camel)
        .loadRoutes(
            ResourceHelper.resolveMandatoryResource(
                camel, "file:" + Path.of("routes/redis-over-http.camel.yaml").toAbsolutePath()));
    camel.start();
    try (RestRedis redis = client.build(camel, () -> new RestTarget(url(), TestRest.TOKEN))) {
      assertThat(redis.send(RestCommand.of("PING")).join().text()).isEqualTo("PONG");
    } finally {
      camel.stop();
    }
  }

  @Test
  void shouldRefuseOneThatNobodyVouchesFor() {
    try (StandaloneRest rest = TestRest.to(url())) {
      RestRedisException refused =
          catchThrowableOfType(
              RestRedisException.class,
              () -> RestRedis.await(rest.redis().send(RestCommand.of("PING"))));

      assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
      assertThat(refused).hasMessageContaining("SSLHandshakeException");
    }
  }

  private String url() {
    return "https://localhost:" + server.getAddress().getPort();
  }
}
