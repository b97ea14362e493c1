package dev.millrace.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.RefusedSetting;
import org.junit.jupiter.api.Test;

class ClusterAddressTest {

  @Test
  void shouldReadSeveralNodesWithOneUser() {
    ClusterAddress address =
        ClusterAddress.parse("REDIS_URL", "rediss://mill:p%40ss@a.example.com:7000,b.example.com")
            .orElseThrow();

    assertThat(address.nodes()).containsExactly("a.example.com:7000", "b.example.com:6379");
    assertThat(address.settings())
        .containsEntry("spring.data.redis.cluster.nodes", "a.example.com:7000,b.example.com:6379")
        .containsEntry("spring.data.redis.url", "rediss://mill:p%40ss@a.example.com:7000");
    assertThat(address).hasToString("cluster of a.example.com:7000, b.example.com:6379");
  }

  @Test
  void shouldLeaveTheAddressOfOneServerToOthers() {
    assertThat(ClusterAddress.parse("REDIS_URL", "redis://u:a,b@host:1")).isEmpty();
    assertThat(ClusterAddress.parse("REDIS_URL", "host:1,host:2")).isEmpty();
  }

  @Test
  void shouldRefuseWhatIsNoAddressWithoutRepeatingIt() {
    assertThatThrownBy(() -> ClusterAddress.parse("REDIS_URL", "redis://:secret@a:1,b:x"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("REDIS_URL")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> ClusterAddress.parse("REDIS_URL", "redis://a:1,b:2/3"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("database 0");
  }
}
