package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClientAddressTest {

  @ParameterizedTest
  @CsvSource({
    "192.0.2.1,192.0.2.1",
    "2001:db8:1:2:3:4:5:6,20010db800010002/64",
    "2001:db8:1:2::9,20010db800010002/64",
    "2001:db8:1:3::9,20010db800010003/64",
    "fe80::1%eth0,fe80000000000000/64",
    "::ffff:192.0.2.1,192.0.2.1",
    "192.0.2.1:55123,192.0.2.1",
    "[2001:db8:1:2::9]:55123,20010db800010002/64",
    "[2001:db8:1:2::9],20010db800010002/64",
    "[::ffff:192.0.2.1]:80,192.0.2.1",
    "[::1,unknown",
    "192.0.2.1:port,unknown",
    "::1,0000000000000000/64",
    "localhost,unknown",
    "example.org,unknown",
    "a:b:c,unknown",
    "'',unknown",
    ",unknown",
  })
  void shouldCountByAddressOrNetwork(String remote, String subject) {
    assertThat(ClientAddress.subject(remote)).isEqualTo(subject);
  }
}
