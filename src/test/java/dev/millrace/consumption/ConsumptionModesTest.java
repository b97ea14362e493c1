package dev.millrace.consumption;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.millrace.TestRedis;
import dev.millrace.component.NamedQueues;
import dev.millrace.consumption.SwitchRefused.Reason;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.setting.RefusedSetting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is configured, stored and switched, and how a fleet follows. */
class ConsumptionModesTest {

  private static final Duration SOON = Duration.ofSeconds(10);

  @BeforeEach
  void emptyRedis() {
    TestRedis.flush();
  }

  private static Replica replica(String configured) {
    Replica replica = new Replica(configured);
    replica.work("mail", 1, run -> run.complete("null"));
    replica.work("sync", 1, run -> run.complete("null"));
    await().atMost(SOON).until(() -> replica.engine.health().alive());
    return replica;
  }

  private static Map<String, ConsumptionMode> both(ConsumptionMode mail, ConsumptionMode sync) {
    return Map.of("mail", mail, "sync", sync);
  }

  @Test
  void shouldSwitchTheWholeFleetAndKeepItForRestarts() {
    try (Replica one = replica("pooled");
        Replica two = replica("pooled")) {
      assertThat(one.modes.change("mail", "legacy", false, "a test"))
          .containsExactly(
              new QueueMode(
                  "mail",
                  ConsumptionMode.LEGACY,
                  ConsumptionMode.LEGACY,
                  ConsumptionMode.POOLED,
                  null));

      await()
          .atMost(Duration.ofSeconds(2))
          .until(
              () ->
                  two.engine.modes().equals(both(ConsumptionMode.LEGACY, ConsumptionMode.POOLED)));
      await().atMost(SOON).until(() -> two.news.size() == 1);
      assertThat(one.news).singleElement().extracting(ConsumptionSwitched::by).isEqualTo("a test");
      assertThat(two.news)
          .singleElement()
          .extracting(ConsumptionSwitched::by)
          .isEqualTo("another instance");
    }
    try (Replica restarted = replica("pooled")) {
      assertThat(restarted.engine.modes())
          .isEqualTo(both(ConsumptionMode.LEGACY, ConsumptionMode.POOLED));

      restarted.modes.change(null, "", false, "a test");

      assertThat(restarted.engine.modes())
          .isEqualTo(both(ConsumptionMode.POOLED, ConsumptionMode.POOLED));
      assertThat(restarted.engine.storedModes().read().join()).isEmpty();
    }
  }

  @Test
  void shouldSwitchOneReplicaOnlyAsACanaryUntilTheFleetIsSwitched() {
    try (Replica one = replica("pooled");
        Replica two = replica("pooled")) {
      QueueMode canary = one.modes.change("mail", "polling", true, "a test").get(0);

      assertThat(canary.canary()).isTrue();
      assertThat(canary.stored()).isNull();
      assertThat(two.modes.of("mail").mode()).isEqualTo(ConsumptionMode.POOLED);
      assertThat(one.modes.all()).extracting(QueueMode::canary).containsExactly(true, false);

      two.modes.change(null, "legacy", false, "a test");

      await()
          .atMost(SOON)
          .until(
              () ->
                  one.engine.modes().equals(both(ConsumptionMode.LEGACY, ConsumptionMode.LEGACY)));
      assertThat(one.modes.of("mail").canary()).isFalse();
    }
  }

  @Test
  void shouldKeepACanaryThatDiffersFromWhatIsStored() {
    try (Replica one = replica("pooled")) {
      one.modes.change("mail", "legacy", false, "a test");
      one.modes.change("mail", "polling", true, "a test");
      one.engine.replicas().call().join();

      await()
          .during(Duration.ofMillis(500))
          .atMost(SOON)
          .until(() -> one.engine.modeOf("mail") == ConsumptionMode.POLLING);
      assertThat(one.news).hasSize(2);
      assertThat(one.modes.of("mail").canary()).isTrue();
    }
  }

  @Test
  void shouldFollowASwitchThatHappenedWhileItWasAway() {
    try (Replica one = replica("pooled")) {
      TestRedis.observer().hset(TestRedis.PREFIX + "::consumption", "sync", "legacy");
      TestRedis.observer()
          .clientList()
          .lines()
          .filter(line -> line.contains("name=millrace:" + one.instance + ":waiting"))
          .map(line -> Long.parseLong(line.replaceAll(".*\\bid=(\\d+).*", "$1")))
          .forEach(id -> TestRedis.observer().clientKill(io.lettuce.core.KillArgs.Builder.id(id)));

      await()
          .atMost(SOON)
          .until(
              () ->
                  one.engine.modes().equals(both(ConsumptionMode.POOLED, ConsumptionMode.LEGACY)));
    }
  }

  @Test
  void shouldFollowThoughAListenerFails() {
    try (Replica one = replica("pooled")) {
      one.listener =
          news -> {
            throw new IllegalStateException("on purpose");
          };
      for (String mode : new String[] {"legacy", "polling", "pooled"}) {
        TestRedis.observer().hset(TestRedis.PREFIX + "::consumption", "mail", mode);
        one.engine.replicas().call().join();
        await().atMost(SOON).until(() -> one.engine.modeOf("mail").text().equals(mode));
      }
    }
  }

  @Test
  void shouldHaveNothingToSwitchWithoutQueues() {
    try (Replica idle = new Replica("pooled")) {
      assertThat(idle.modes.change(null, "legacy", false, "a test")).isEmpty();
    }
  }

  @Test
  void shouldSayWhatIsWrongAndChangeNothing() {
    try (Replica one = replica("pooled")) {
      assertRefused(one, "mail", "steam", Reason.UNKNOWN_MODE, "mode \"steam\" is unknown");
      assertRefused(one, "mial", "legacy", Reason.UNKNOWN_QUEUE, "known are [mail, sync]");
      assertThatThrownBy(() -> one.modes.of("x"))
          .isInstanceOf(SwitchRefused.class)
          .hasMessageContaining("Unknown queue \"x\"");

      var running = one.engine.switchTo("mail", ConsumptionMode.LEGACY, Duration.ofSeconds(10));
      assertRefused(one, "mail", "polling", Reason.BUSY, "is changing to mode legacy already");
      running.join();
      assertThat(one.news).isEmpty();
      assertThat(one.engine.storedModes().read().join()).isEmpty();
    }
  }

  @Test
  void shouldStayAsItIsWhileRedisIsAway(@TempDir Path folder) throws Exception {
    int port = TestRedis.freePort();
    var server = TestRedis.durable(port, folder);
    server.start();
    try (Replica one = new Replica(port)) {
      one.work("mail", 1, run -> run.complete("null"));
      await().atMost(SOON).until(() -> one.engine.health().alive());
      server.stop();
      await().atMost(SOON).until(() -> !one.engine.health().alive());

      assertRefused(one, "mail", "legacy", Reason.FAILED, "reading the stored modes");

      assertThat(one.engine.modes()).containsEntry("mail", ConsumptionMode.POOLED);
      server = TestRedis.durable(port, folder);
      server.start();
      await().atMost(Duration.ofSeconds(30)).until(() -> one.engine.health().alive());
      assertThat(one.modes.change("mail", "legacy", false, "a test").get(0).mode())
          .isEqualTo(ConsumptionMode.LEGACY);
    } finally {
      server.stop();
    }
  }

  private static void assertRefused(
      Replica replica, String queue, String mode, Reason reason, String text) {
    assertThatThrownBy(() -> replica.modes.change(queue, mode, false, "a test"))
        .isInstanceOfSatisfying(
            SwitchRefused.class, refused -> assertThat(refused.reason()).isEqualTo(reason))
        .hasMessageContaining(text);
  }

  @Test
  void shouldBeginAsConfiguredByNameThenPolicyThenAllThenTheSourceSystemsName() {
    ConfiguredModes modes =
        configured("polling", Map.of("mail", new ConsumptionProperties.Queue("legacy")), "false");
    assertThat(modes.of("mail", ConsumptionMode.POOLED)).isEqualTo(ConsumptionMode.LEGACY);
    assertThat(modes.of("sync", ConsumptionMode.POOLED)).isEqualTo(ConsumptionMode.POOLED);
    assertThat(modes.of("sync", null)).isEqualTo(ConsumptionMode.POLLING);
    assertThat(configured(null, Map.of(), "false").of("sync", null))
        .isEqualTo(ConsumptionMode.LEGACY);
    assertThat(configured(" ", Map.of(), " TRUE ").of("sync", null))
        .isEqualTo(ConsumptionMode.POOLED);
    assertThat(configured(null, null, null).of("sync", null)).isEqualTo(ConsumptionMode.POOLED);
  }

  @Test
  void shouldRefuseSettingsThatNameNoMode() {
    assertThatThrownBy(() -> configured("fast", Map.of(), ""))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("millrace.consumption.mode: consumption mode \"fast\" is unknown");
    assertThatThrownBy(
            () -> configured(null, Map.of("mail", new ConsumptionProperties.Queue("x")), ""))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("millrace.consumption.queues.mail.mode");
    assertThatThrownBy(() -> configured(null, Map.of(), "yes"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("USE_BULLMQ is \"yes\"");
  }

  private static ConfiguredModes configured(
      String mode, Map<String, ConsumptionProperties.Queue> queues, String useBullMQ) {
    return new ConfiguredModes(
        new ConsumptionProperties(mode, Duration.ofSeconds(10), queues),
        useBullMQ,
        new NamedQueues(Map.of()));
  }
}
