package dev.millrace.rest.gateway;

import dev.millrace.setting.RefusedSetting;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings {@code millrace.gateway.*}. Commands are named as {@code FLUSHDB} or {@code
 * SCRIPT|FLUSH}, and groups of them by the categories of Redis' ACL, such as {@code @read}.
 *
 * @param token opens all of the gateway; blank = there is none
 * @param readOnlyToken opens what reads; blank = there is none
 * @param pass commands and categories that pass; default none
 * @param deny those among them that do not, each with its reason. A command's own name in {@code
 *     pass} or {@code allow} counts more than a name here, which counts more than a category
 * @param allow commands that pass all the same
 * @param timeout how long Redis may take to answer a request; 100 ms to 25 s, default 10 s
 * @param maxRequestSize of a body; default 10 MB
 * @param maxRecordSize of one argument; default 100 MB
 * @param maxKeySize of a key; default 32 KB
 * @param maxCommandsPerSecond 0, the default, is no limit
 * @param maxCommandsPerDay from midnight UTC, in this instance; 0, the default, is no limit
 * @param maxConnections requests under way or waiting and open streams, together; 1 to 10,000,
 *     default 1000
 * @param maxStreams open streams; 0 to 10,000, default 100
 * @param heartbeat how often an open stream shows that it is alive; 100 ms to 5 min, default 15 s
 * @param idle how long a connection of the gateway's own is kept that nobody needs; default 30 s
 */
@ConfigurationProperties("millrace.gateway")
public record GatewayProperties(
    @DefaultValue("") String token,
    @DefaultValue("") String readOnlyToken,
    @DefaultValue List<String> pass,
    @DefaultValue Map<String, String> deny,
    @DefaultValue List<String> allow,
    @DefaultValue("10s") Duration timeout,
    @DefaultValue("10MB") DataSize maxRequestSize,
    @DefaultValue("100MB") DataSize maxRecordSize,
    @DefaultValue("32KB") DataSize maxKeySize,
    @DefaultValue("0") long maxCommandsPerSecond,
    @DefaultValue("0") long maxCommandsPerDay,
    @DefaultValue("1000") int maxConnections,
    @DefaultValue("100") int maxStreams,
    @DefaultValue("15s") Duration heartbeat,
    @DefaultValue("30s") Duration idle) {

  private static final DataSize LARGEST = DataSize.ofMegabytes(512);
  // Each stream holds a thread.
  private static final int MOST_AT_ONCE = 10_000;

  public GatewayProperties {
    pass = List.copyOf(pass);
    allow = List.copyOf(allow);
    deny = Map.copyOf(deny);
    within("timeout", timeout, Duration.ofMillis(100), Duration.ofSeconds(25));
    within("heartbeat", heartbeat, Duration.ofMillis(100), Duration.ofMinutes(5));
    within("idle", idle, Duration.ofMillis(100), Duration.ofHours(1));
    within("max-request-size", maxRequestSize);
    within("max-record-size", maxRecordSize);
    within("max-key-size", maxKeySize);
    within("max-commands-per-second", maxCommandsPerSecond, 0);
    within("max-commands-per-day", maxCommandsPerDay, 0);
    within("max-connections", maxConnections, 1, MOST_AT_ONCE);
    within("max-streams", maxStreams, 0, MOST_AT_ONCE);
  }

  private static void within(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw refused(name, value.toMillis() + "ms", "between " + text(least) + " and " + text(most));
    }
  }

  private static void within(String name, DataSize value) {
    if (value.toBytes() < 1 || value.compareTo(LARGEST) > 0) {
      throw refused(name, value + "", "between 1B and " + LARGEST.toMegabytes() + "MB");
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw refused(name, value + "", "between " + least + " and " + most);
    }
  }

  private static void within(String name, long value, long least) {
    if (value < least) {
      throw refused(name, value + "", "of " + least + " or more");
    }
  }

  private static RefusedSetting refused(String name, String value, String range) {
    return new RefusedSetting(
        "millrace.gateway." + name + " is " + value + ".", "Set it to a value " + range + ".");
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "millrace.gateway";
  }
}
