package dev.millrace.calendar;

import dev.millrace.job.Batches;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Looks for push channels that are gone or that look alive and deliver nothing, and deletes old log
 * rows.
 */
@Component
public class ChannelHealthCheck {

  /** A channel that stays unconfirmed is replaced once a day, not at every check. */
  static final Duration UNCONFIRMED_AGAIN = Duration.ofHours(24);

  private static final String CHANNELS =
      """
      SELECT k.id AS calendar_id, k.user_id, k.connection_id, w.id AS channel_id, w.created_at,
             w.expires_at, w.confirmed_at, w.last_message_at,
             (SELECT max(o.checked_at) FROM watch_channels o
              WHERE o.calendar_id = k.id AND o.health = 'unconfirmed') AS unconfirmed_at
      """
          + WatchChannels.WATCHABLE
          + " ORDER BY k.id";

  private static final String CHECKED =
      """
      UPDATE watch_channels
      SET checked_at = :now,
          health = CASE WHEN :finding = 'unconfirmed' THEN 'unconfirmed'
                        WHEN :finding = 'ok' THEN 'ok' ELSE health END
      WHERE id = :id
      """;

  private final JdbcClient jdbc;
  private final PushEndpoint endpoint;
  private final Retention retention;
  private final Clock clock;

  ChannelHealthCheck(JdbcClient jdbc, PushEndpoint endpoint, Retention retention, Clock clock) {
    this.jdbc = jdbc;
    this.endpoint = endpoint;
    this.retention = retention;
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param renewals payloads of webhook-renewal
   * @param probes payloads of calendar-sync: reading the calendar shows whether a message was lost
   */
  public record Checked(
      Map<String, Integer> result,
      List<List<Map<String, Object>>> renewals,
      List<List<Map<String, Object>>> probes) {}

  private record Channel(
      UUID calendarId,
      UUID userId,
      UUID connectionId,
      UUID channelId,
      Instant createdAt,
      Instant expiresAt,
      Instant confirmedAt,
      Instant lastMessageAt,
      Instant unconfirmedAt) {}

  /** Whether a check would find a channel to look at, or rows to delete. */
  public boolean due() {
    return retention.due()
        || (endpoint.enabled()
            && jdbc.sql("SELECT EXISTS (SELECT 1 " + WatchChannels.WATCHABLE + ")")
                .query(Boolean.class)
                .single());
  }

  /** Classifies every calendar that should have a channel. */
  public Checked check() {
    Instant now = clock.instant();
    List<Channel> channels = endpoint.enabled() ? channels() : List.of();
    Map<ChannelFinding, Integer> counts = new EnumMap<>(ChannelFinding.class);
    List<Map<String, Object>> renewals = new ArrayList<>();
    List<Map<String, Object>> probes = new ArrayList<>();
    for (Channel channel : channels) {
      ChannelFinding finding =
          ChannelFinding.of(
              now,
              channel.createdAt(),
              channel.expiresAt(),
              channel.confirmedAt(),
              channel.lastMessageAt());
      counts.merge(finding, 1, Integer::sum);
      act(channel, finding, now, renewals, probes);
    }
    Map<String, Integer> result = new HashMap<>();
    counts.forEach((finding, count) -> result.put(nameOf(finding), count));
    result.put("checked", channels.size());
    result.put("deletedRows", retention.apply());
    return new Checked(result, Batches.of(renewals), Batches.of(probes));
  }

  private void act(
      Channel channel,
      ChannelFinding finding,
      Instant now,
      List<Map<String, Object>> renewals,
      List<Map<String, Object>> probes) {
    boolean replacedLately =
        channel.unconfirmedAt() != null
            && channel.unconfirmedAt().isAfter(now.minus(UNCONFIRMED_AGAIN));
    if (finding == ChannelFinding.UNCONFIRMED && replacedLately) {
      return;
    }
    if (finding == ChannelFinding.SILENT) {
      probes.add(
          Map.of(
              "userId", channel.userId().toString(),
              "connectionId", channel.connectionId().toString(),
              "calendarId", channel.calendarId().toString(),
              "trigger", "probe"));
    } else if (finding != ChannelFinding.OK) {
      String reason = finding == ChannelFinding.EXPIRED ? "missing" : nameOf(finding);
      renewals.add(Map.of("calendarId", channel.calendarId().toString(), "reason", reason));
    }
    if (channel.channelId() != null) {
      jdbc.sql(CHECKED)
          .param("now", SqlInstant.of(now))
          .param("finding", nameOf(finding))
          .param("id", channel.channelId())
          .update();
    }
  }

  private List<Channel> channels() {
    return jdbc.sql(CHANNELS)
        .query(
            (rs, row) ->
                new Channel(
                    rs.getObject("calendar_id", UUID.class),
                    rs.getObject("user_id", UUID.class),
                    rs.getObject("connection_id", UUID.class),
                    rs.getObject("channel_id", UUID.class),
                    SqlInstant.read(rs, "created_at"),
                    SqlInstant.read(rs, "expires_at"),
                    SqlInstant.read(rs, "confirmed_at"),
                    SqlInstant.read(rs, "last_message_at"),
                    SqlInstant.read(rs, "unconfirmed_at")))
        .list();
  }

  private static String nameOf(ChannelFinding finding) {
    return finding.name().toLowerCase(Locale.ROOT);
  }
}
