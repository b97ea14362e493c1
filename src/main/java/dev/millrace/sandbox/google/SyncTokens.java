package dev.millrace.sandbox.google;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Sync tokens. They carry their state, and the mark of this run of the sandbox: one that an earlier
 * run gave out is unknown, as a stale one is at Google.
 */
public final class SyncTokens {

  private final String run = Opaque.random(9);

  /**
   * What a token stands for.
   *
   * @param subject whose changes, e.g. account and calendar
   * @param revision the last change its holder has seen
   * @param epoch tokens of earlier epochs are stale
   * @param fullAt when the holder last read everything
   * @param query the parameters that have to stay the same, normalised
   */
  public record State(
      String subject, long revision, int epoch, Instant fullAt, Map<String, String> query) {}

  public String encode(State state) {
    StringBuilder text = new StringBuilder(run);
    text.append('\n').append(state.subject());
    text.append('\n').append(state.revision());
    text.append('\n').append(state.epoch());
    text.append('\n').append(state.fullAt());
    new TreeMap<>(state.query())
        .forEach((name, value) -> text.append('\n').append(name).append('=').append(value));
    return Base64.getUrlEncoder().encodeToString(text.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Empty if this run did not give the token out. */
  public Optional<State> decode(String token) {
    String[] lines;
    try {
      lines =
          new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8).split("\n", -1);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    if (lines.length < 5 || !lines[0].equals(run)) {
      return Optional.empty();
    }
    Map<String, String> query = new TreeMap<>();
    for (int i = 5; i < lines.length; i++) {
      int equals = lines[i].indexOf('=');
      query.put(lines[i].substring(0, equals), lines[i].substring(equals + 1));
    }
    return Optional.of(
        new State(
            lines[1],
            Long.parseLong(lines[2]),
            Integer.parseInt(lines[3]),
            Instant.parse(lines[4]),
            query));
  }
}
