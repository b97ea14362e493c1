package dev.millrace.queue;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How a consumer hears of jobs and over which connections it works. All modes use the same layout,
 * so changing the mode moves no data.
 */
public enum ConsumptionMode {
  /** As Bull does it: three connections for each queue. For going back, and for comparing. */
  LEGACY,
  /** The default: two connections for all queues together. */
  POOLED,
  /** One connection and no blocking command, for proxies and hosts that forbid them. */
  POLLING;

  /** As it stands in configuration and in Redis: lower case. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The mode of this name, in whatever case.
   *
   * @throws IllegalArgumentException when there is none; the message names those that there are
   */
  public static ConsumptionMode of(String text) {
    String name = text == null ? "" : text.strip();
    return Arrays.stream(values())
        .filter(mode -> mode.name().equalsIgnoreCase(name))
        .findAny()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "consumption mode \""
                        + name
                        + "\" is unknown; use "
                        + Arrays.stream(values())
                            .map(ConsumptionMode::text)
                            .collect(Collectors.joining(", "))));
  }
}
