package dev.millrace.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class CachePropertiesTest {

  private static final Map<String, String> SOUND =
      Map.of("caches.x.key", "x:{id}", "caches.x.ttl", "10s");

  @Test
  void shouldHaveDefaults() {
    CacheProperties properties = bind(Map.of());

    CacheSettings settings = properties.caches().get("x");
    assertThat(properties.prefix()).isEqualTo("cache:");
    assertThat(properties.maxTtl()).isEqualTo(Duration.ofHours(24));
    assertThat(settings.jitter()).isEqualTo(0.1);
    assertThat(settings.negativeTtl()).isZero();
    assertThat(settings.refreshAhead()).isZero();
    assertThat(settings.near().maxStaleness()).isZero();
    assertThat(settings.near().maxEntries()).isEqualTo(1000);
    assertThat(settings.tags()).isEmpty();
    // half of what is left of 10 s without a tenth
    assertThat(settings.lock()).isEqualTo(Duration.ofMillis(4500));
    assertThat(bind(Map.of("caches.x.ttl", "1h")).caches().get("x").lock())
        .isEqualTo(Duration.ofSeconds(5));
    assertThat(bind(Map.of("caches.x.negative-ttl", "2s")).caches().get("x").lock())
        .isEqualTo(Duration.ofSeconds(2));
    assertThat(bind(Map.of("caches.x.load-lock", "0s")).caches().get("x").lock()).isZero();
    assertThat(bind(Map.of("caches.x.tags", "a:{id},b")).caches().get("x").tags())
        .containsExactly("a:{id}", "b");
  }

  @ParameterizedTest
  @CsvSource({
    "caches.x.ttl, 0s, ttl is PT0S",
    "caches.x.ttl, -1s, ttl is PT-1S",
    "caches.x.ttl, 25h, ttl is PT25H",
    "caches.x.jitter, 1, jitter is 1.0",
    "caches.x.jitter, -0.1, jitter is -0.1",
    "caches.x.negative-ttl, 11s, negative-ttl is PT11S",
    "caches.x.refresh-ahead, 0.99, refresh-ahead is 0.99",
    "caches.x.refresh-ahead, -1, refresh-ahead is -1.0",
    "caches.x.near.max-staleness, 11s, near.max-staleness is PT11S",
    "caches.x.near.max-entries, 0, near.max-entries is 0",
    "caches.x.load-lock, 5s, load-lock is PT5S",
    "caches.x.load-lock, -1s, load-lock is PT-1S",
    "caches.x.negative-ttl, 500us, negative-ttl is PT0.0005S",
    "caches.x.load-lock, 500us, load-lock is PT0.0005S",
    "caches.x.tags, ':a', key or tags",
    "caches.x.key, '{id}', key or tags",
    "caches.x.tags, '{id', key or tags",
  })
  void shouldRefuseASettingOfACacheByItsName(String name, String value, String problem) {
    RefusedSetting refused = refused(Map.of(name, value));

    assertThat(refused).hasMessageContaining("millrace.cache.caches.x." + problem);
    assertThat(refused.remedy()).isNotBlank();
  }

  @ParameterizedTest
  @CsvSource({
    "prefix, ' ', prefix is",
    "max-ttl, 59s, max-ttl is PT59S",
    "max-ttl, 31d, max-ttl is PT744H",
    "warm-up-parallel, 0, warm-up-parallel is 0",
    "warm-up-parallel, 101, warm-up-parallel is 101",
  })
  void shouldRefuseASettingByItsName(String name, String value, String problem) {
    assertThat(refused(Map.of(name, value))).hasMessageContaining("millrace.cache." + problem);
  }

  @Test
  void shouldRefuseCachesThatWouldShareTheirEntries() {
    assertThat(refused(Map.of("caches.y.key", "x:{other}", "caches.y.ttl", "5s")))
        .hasMessage("millrace.cache.caches.y.key is x:{other}, and so are those of x.");
  }

  @Test
  void shouldRefuseACacheWithoutEndOrKey() {
    assertThat(causeOf(() -> bindOnly(Map.of("caches.x.key", "x:{id}"))))
        .hasMessageContaining("caches.x.ttl is missing");
    assertThat(causeOf(() -> bindOnly(Map.of("caches.x.ttl", "10s"))))
        .hasMessageContaining("caches.x.key is missing");
    assertThat(refused(Map.of("caches.x.refresh-ahead", "0.5", "caches.x.load-lock", "0s")))
        .hasMessageContaining("refresh-ahead needs it");
  }

  private static CacheProperties bind(Map<String, String> changes) {
    Map<String, String> all = new HashMap<>(SOUND);
    all.putAll(changes);
    return bindOnly(all);
  }

  private static CacheProperties bindOnly(Map<String, String> settings) {
    Map<String, String> named = new HashMap<>();
    settings.forEach((name, value) -> named.put("millrace.cache." + name, value));
    return new Binder(new MapConfigurationPropertySource(named))
        .bindOrCreate("millrace.cache", CacheProperties.class);
  }

  private static RefusedSetting refused(Map<String, String> changes) {
    return causeOf(() -> bind(changes));
  }

  private static RefusedSetting causeOf(Runnable binding) {
    Throwable thrown = catchThrowable(binding::run);
    while (thrown != null && !(thrown instanceof RefusedSetting)) {
      thrown = thrown.getCause();
    }
    assertThat(thrown).isInstanceOf(RefusedSetting.class);
    return (RefusedSetting) thrown;
  }
}
