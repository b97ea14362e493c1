package dev.millrace.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestDefaults;
import dev.millrace.setting.RefusedSetting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.mock.env.MockEnvironment;

class ServersInitializerTest {

  private static final String REDIS = "redis://mill:hunter2@redis.example.com:6380/2";
  private static final String POSTGRES = "postgres://mill:hunter2@db.example.com/race";

  @TempDir Path data;

  @Test
  void usesTheServersThatTheEnvironmentNamesAndStartsNone() {
    GenericApplicationContext context = initialized(named());

    ConfigurableEnvironment environment = context.getEnvironment();
    assertThat(environment.getProperty("spring.data.redis.url")).isEqualTo(REDIS);
    assertThat(environment.getProperty("spring.datasource.url"))
        .isEqualTo("jdbc:postgresql://db.example.com/race");
    assertThat(environment.getProperty("spring.datasource.username")).isEqualTo("mill");
    assertThat(environment.getProperty("spring.datasource.password")).isEqualTo("hunter2");
    Servers servers = (Servers) context.getBeanFactory().getSingleton("servers");
    assertThat(servers.redis())
        .isEqualTo(new Servers.Place("redis://redis.example.com:6380", false));
    assertThat(servers.database())
        .isEqualTo(new Servers.Place("jdbc:postgresql://db.example.com/race", false));
    assertThat(data.resolve("redis")).doesNotExist();
    assertThat(data.resolve("postgres")).doesNotExist();
  }

  @Test
  void asksTheRedisOverHttpThatTheEnvironmentNames() {
    MockEnvironment environment =
        named()
            .withProperty("UPSTASH_REDIS_REST_URL", "https://eu1-cat.upstash.io/")
            .withProperty("UPSTASH_REDIS_REST_TOKEN", " AXzz ");

    ConfigurableEnvironment settled = initialized(environment).getEnvironment();

    assertThat(settled.getProperty("redis.rest.url")).isEqualTo("https://eu1-cat.upstash.io");
    assertThat(settled.getProperty("redis.rest.token")).isEqualTo("AXzz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPSTASH_REDIS_REST_URL", "UPSTASH_REDIS_REST_TOKEN"})
  void refusesHalfOfARedisOverHttp(String missing) {
    MockEnvironment environment =
        named()
            .withProperty("UPSTASH_REDIS_REST_URL", "https://eu1-cat.upstash.io")
            .withProperty("UPSTASH_REDIS_REST_TOKEN", "AXzz")
            .withProperty(missing, "");

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith(missing + " is not set, but ");
  }

  @Test
  void refusesToGoIntoProductionWithoutARedisOverHttp() {
    MockEnvironment environment = production();

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("UPSTASH_REDIS_REST_URL is not set");
    environment.setProperty("millrace.gateway.token", "a-gateway-of-our-own");
    assertThat(initialized(environment).getEnvironment().getProperty("redis.rest.url")).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"server.servlet.context-path", "server.ssl.key-store", "server.ssl.bundle"})
  void refusesToGuessWhereItsOwnGatewayIs(String setting) {
    MockEnvironment environment = named().withProperty(setting, "somewhere");

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith(setting + " is set");
    environment.setProperty("UPSTASH_REDIS_REST_URL", "https://here");
    environment.setProperty("UPSTASH_REDIS_REST_TOKEN", "AXzz");
    assertThat(initialized(environment).getEnvironment().getProperty("redis.rest.url"))
        .isEqualTo("https://here");
  }

  @Test
  void prefersSpringsOwnNames() {
    MockEnvironment environment =
        named()
            .withProperty("spring.data.redis.url", "redis://other:1")
            .withProperty("spring.datasource.url", "jdbc:postgresql://other/race");

    Servers servers = (Servers) initialized(environment).getBeanFactory().getSingleton("servers");

    assertThat(servers.redis().address()).isEqualTo("redis://other:1");
    assertThat(servers.database().address()).isEqualTo("jdbc:postgresql://other/race");
  }

  @Test
  void tellsSpringOfTheClusterThatAnAddressOfSeveralNodesNames() {
    GenericApplicationContext context =
        initialized(named().withProperty("REDIS_URL", "redis://mill:hunter2@a:7000,b:7001"));

    ConfigurableEnvironment environment = context.getEnvironment();
    assertThat(environment.getProperty("spring.data.redis.cluster.nodes"))
        .isEqualTo("a:7000,b:7001");
    Servers servers = (Servers) context.getBeanFactory().getSingleton("servers");
    assertThat(servers.redis()).isEqualTo(new Servers.Place("cluster of a:7000, b:7001", false));
  }

  @Test
  void leavesAClusterNamedByItsNodesToSpring() {
    GenericApplicationContext context =
        initialized(
            named()
                .withProperty("REDIS_URL", "")
                .withProperty("spring.data.redis.cluster.nodes", "a:7000, b:7001"));

    assertThat(context.getEnvironment().getProperty("spring.data.redis.url")).isNull();
    Servers servers = (Servers) context.getBeanFactory().getSingleton("servers");
    assertThat(servers.redis()).isEqualTo(new Servers.Place("cluster of a:7000, b:7001", false));
  }

  @Test
  void leavesARedisNamedByHostToSpring() {
    MockEnvironment environment = named().withProperty("REDIS_URL", "");
    environment.setProperty("spring.data.redis.host", "wheel");

    GenericApplicationContext context = initialized(environment);

    assertThat(context.getEnvironment().getProperty("spring.data.redis.url")).isNull();
    Servers servers = (Servers) context.getBeanFactory().getSingleton("servers");
    assertThat(servers.redis()).isEqualTo(new Servers.Place("redis://wheel:6379", false));
  }

  @Test
  void startsWhatIsNamedNowhereAndSharesItAmongContexts() {
    GenericApplicationContext first = initialized(unnamed());
    GenericApplicationContext second = initialized(unnamed());

    Servers servers = (Servers) first.getBeanFactory().getSingleton("servers");
    assertThat(servers.redis().embedded()).isTrue();
    assertThat(servers.redis().address()).matches("redis://127\\.0\\.0\\.1:\\d+");
    assertThat(servers.database().embedded()).isTrue();
    assertThat(second.getBeanFactory().getSingleton("servers")).isEqualTo(servers);
  }

  @ParameterizedTest
  @ValueSource(strings = {"REDIS_URL", "DATABASE_URL"})
  void refusesToStartWithoutAnAddressWhenNothingMayBeEmbedded(String missing) {
    MockEnvironment environment =
        named().withProperty("millrace.embedded.enabled", "false").withProperty(missing, "");

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage(missing + " is not set, and millrace.embedded.enabled is false.");
  }

  @Test
  void refusesAPortThatIsNone() {
    MockEnvironment environment =
        named().withProperty("REDIS_URL", "").withProperty("millrace.embedded.redis-port", "70000");

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage("millrace.embedded.redis-port is \"70000\", which is not a port.");
  }

  @Test
  void makesAnEncryptionKeyOnceThatOnlyTheOwnerCanRead() throws Exception {
    String first = key(named());
    String second = key(named());

    assertThat(second).isEqualTo(first);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("encryption.key"))))
        .isEqualTo("rw-------");
  }

  @Test
  void makesNoEncryptionKeyInProduction() {
    MockEnvironment environment = named();
    environment.setActiveProfiles("production");

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("millrace.encryption-key is not set");
    assertThat(data.resolve("encryption.key")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2-is-no-base64", "aHVudGVyMg=="})
  void refusesAMalformedEncryptionKeyWithoutRepeatingIt(String malformed) {
    MockEnvironment environment = named().withProperty("millrace.encryption-key", malformed);

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("millrace.encryption-key")
        .hasMessageNotContaining(malformed);
  }

  @Test
  void makesAnAdminTokenOnceThatOnlyTheOwnerCanRead() throws Exception {
    String first = token(named());
    String second = token(named());

    assertThat(second).isEqualTo(first).hasSizeGreaterThanOrEqualTo(TokenSetting.SHORTEST);
    assertThat(Files.readString(data.resolve("admin-token"))).isEqualTo(first);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("admin-token"))))
        .isEqualTo("rw-------");
  }

  @Test
  void prefersTheAdminTokenThatIsSetAndMakesNone() {
    MockEnvironment environment =
        named().withProperty("millrace.admin-token", " sixteen-letters. ");

    assertThat(token(environment)).isEqualTo("sixteen-letters.");
    assertThat(data.resolve("admin-token")).doesNotExist();
  }

  @Test
  void makesNoAdminTokenInProduction() {
    MockEnvironment environment = production();
    environment.setProperty("millrace.gateway.token", "a-gateway-of-our-own");
    data.resolve("admin-token").toFile().delete();

    assertThat(token(environment)).isEmpty();
    assertThat(data.resolve("admin-token")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hunter2-hunter2", "hunter2 hunter2 hunter2", "hunter2-hunter2-hünter2"})
  void refusesAnAdminTokenThatIsShortOrCannotBeSentWithoutRepeatingIt(String bad) {
    MockEnvironment environment = named().withProperty("millrace.admin-token", bad);

    assertThatThrownBy(() -> initialized(environment))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageStartingWith("millrace.admin-token holds ")
        .hasMessageNotContaining("unter2");
  }

  @Test
  void refusesAnAdminTokenFileThatWasCutShort() throws Exception {
    Files.writeString(data.resolve("admin-token"), "");

    assertThatThrownBy(() -> initialized(named()))
        .isInstanceOf(RefusedSetting.class)
        .hasMessage(data.resolve("admin-token") + " holds 0 characters; a token has at least 16.");
  }

  @Test
  void refusesAnAdminTokenFileThatCannotBeRead() throws Exception {
    Files.createDirectory(data.resolve("admin-token"));

    assertThatThrownBy(() -> initialized(named()))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("admin-token cannot be read or made: ");
  }

  @Test
  void makesASecretForUsersOnceAndKeepsIt() throws Exception {
    String made = secret(named());

    assertThat(made).hasSizeGreaterThanOrEqualTo(32);
    assertThat(secret(named())).isEqualTo(made);
    assertThat(Files.readString(data.resolve("users-secret"))).isEqualTo(made);
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(data.resolve("users-secret"))))
        .isEqualTo("rw-------");
  }

  @Test
  void makesNoSecretForUsersWhereOneIsSetOrAProviderOrInProduction() {
    MockEnvironment set = named().withProperty("millrace.users.secret", "of our own");
    assertThat(secret(set)).isEqualTo("of our own");
    MockEnvironment provider =
        named().withProperty("millrace.users.jwk-set-uri", "https://id.example.com/keys");
    assertThat(secret(provider)).isNull();
    MockEnvironment production = production();
    production.setProperty("millrace.gateway.token", "a-gateway-of-our-own");
    data.resolve("users-secret").toFile().delete();

    assertThat(secret(production)).isNull();
    assertThat(data.resolve("users-secret")).doesNotExist();
  }

  @Test
  void refusesASecretForUsersThatWasCutShort() throws Exception {
    Files.writeString(data.resolve("users-secret"), "short");

    assertThatThrownBy(() -> initialized(named()))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("users-secret holds 5 characters; it has at least 32.");
  }

  @Test
  void refusesASecretForUsersThatCannotBeRead() throws Exception {
    Files.createDirectory(data.resolve("users-secret"));

    assertThatThrownBy(() -> initialized(named()))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("users-secret cannot be read or made: ");
  }

  private String secret(MockEnvironment environment) {
    return initialized(environment).getEnvironment().getProperty("millrace.users.secret");
  }

  private String token(MockEnvironment environment) {
    return initialized(environment).getEnvironment().getProperty("millrace.admin-token");
  }

  private String key(MockEnvironment environment) {
    return initialized(environment).getEnvironment().getProperty("millrace.encryption-key");
  }

  private MockEnvironment production() {
    MockEnvironment environment = named().withProperty("millrace.encryption-key", key(named()));
    environment.setActiveProfiles("production");
    return environment;
  }

  private MockEnvironment named() {
    return new MockEnvironment()
        .withProperty("millrace.data-directory", data.toString())
        .withProperty("REDIS_URL", REDIS)
        .withProperty("DATABASE_URL", POSTGRES);
  }

  private static MockEnvironment unnamed() {
    return new MockEnvironment()
        .withProperty("millrace.data-directory", TestDefaults.data().toString())
        .withProperty("millrace.embedded.redis-port", "0")
        .withProperty("millrace.embedded.postgres-port", "0")
        .withProperty("REDIS_URL", " ");
  }

  private static GenericApplicationContext initialized(MockEnvironment environment) {
    GenericApplicationContext context = new GenericApplicationContext();
    context.setEnvironment(environment);
    new ServersInitializer().initialize(context);
    return context;
  }
}
