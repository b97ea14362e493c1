package dev.millrace.calendar;

import dev.millrace.calendar.HeardMessage.Verdict;
import dev.millrace.job.SqlInstant;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Judges Google's push messages and keeps what they say. {@code routes/http/webhooks.camel.yaml}
 * says what comes after what; each message leaves one row in {@code webhook_messages} and counts in
 * {@code webhook.messages} by result.
 */
@Component
public class PushMessages {

  static final String METER = "webhook.messages";

  private static final String SYNC = "sync";

  private static final String CHANNEL =
      """
      SELECT w.calendar_id, w.token_sha256, k.connection_id, k.user_id,
             w.state IN ('pending', 'active', 'superseded') AND k.selected
               AND k.removed_at IS NULL AND g.status = 'active' AS live
      FROM watch_channels w JOIN calendars k ON k.id = w.calendar_id
      JOIN google_connections g ON g.id = k.connection_id
      WHERE w.id = :id""";

  private static final String CONFIRM =
      """
      UPDATE watch_channels
      SET confirmed_at = coalesce(confirmed_at, :now),
          resource_id = coalesce(resource_id, :resource),
          health = CASE health WHEN 'unconfirmed' THEN 'ok' ELSE health END
      WHERE id = :id""";

  /** A channel that delivers is neither quiet nor deaf, and needs no other proof of being heard. */
  private static final String HEAR =
      """
      UPDATE watch_channels
      SET confirmed_at = coalesce(confirmed_at, :now),
          resource_id = coalesce(resource_id, :resource), last_message_at = :now,
          last_message_no = greatest(last_message_no, :number),
          health = CASE health WHEN 'failed' THEN health ELSE 'ok' END
      WHERE id = :id""";

  private static final String KEEP =
      """
      INSERT INTO webhook_messages (channel_id, message_no, state, result, received_at)
      VALUES (:channel, :number, :state, :result, :now)
      ON CONFLICT (channel_id, message_no) WHERE result IN ('accepted', 'confirmed') DO NOTHING""";

  /** Anybody can send messages that have no effect; they must not fill the disk. */
  private static final String KEEP_FEW =
      """
      INSERT INTO webhook_messages (channel_id, message_no, state, result, received_at)
      SELECT :channel, :number, :state, :result, :now
      WHERE (SELECT count(*) FROM (SELECT 1 FROM webhook_messages
                                   WHERE received_at > :since AND result = :result
                                   LIMIT :most) lately) < :most""";

  /** Rows of one result within an hour; what comes beyond is counted alone. */
  static final int MOST_REJECTED = 1_000;

  private final JdbcClient jdbc;
  private final TransactionTemplate transaction;
  private final PushAlerts alerts;
  private final PushFailures failures;
  private final Clock clock;
  private final MeterRegistry meters;

  PushMessages(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      PushAlerts alerts,
      PushFailures failures,
      Clock clock,
      MeterRegistry meters) {
    this.jdbc = jdbc;
    this.transaction = new TransactionTemplate(transactions);
    this.alerts = alerts;
    this.failures = failures;
    this.clock = clock;
    this.meters = meters;
  }

  private record Channel(
      UUID calendarId, UUID connectionId, UUID userId, byte[] tokenHash, boolean live) {}

  /** Looks at a message and changes nothing. */
  public HeardMessage judge(PushMessage message) {
    Optional<Channel> known = find(message.channelId());
    if (known.isEmpty()) {
      return heard(message, null, Verdict.UNKNOWN_CHANNEL);
    }
    Channel channel = known.get();
    if (!ChannelToken.matches(message.token(), channel.tokenHash())) {
      return heard(message, channel, Verdict.BAD_TOKEN);
    }
    if (!channel.live()) {
      return heard(message, channel, Verdict.IGNORED);
    }
    // a state that we do not know yet may be a change, and reading too much does no harm
    return heard(
        message, channel, SYNC.equals(message.state()) ? Verdict.CONFIRMS : Verdict.CHANGED);
  }

  /** Notes that Google reaches us on this channel. */
  public void confirm(HeardMessage message) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(CONFIRM)
              .param("now", SqlInstant.of(clock.instant()))
              .param("resource", message.resourceId())
              .param("id", message.channelId())
              .update();
          keepOnce(message, "confirmed");
          alerts.reached();
        });
  }

  /** Notes what is to be read, where no merging of jobs can lose it. */
  public void want(HeardMessage message) {
    transaction.executeWithoutResult(
        status -> {
          jdbc.sql(HEAR)
              .param("now", SqlInstant.of(clock.instant()))
              .param("resource", message.resourceId())
              .param("number", message.number())
              .param("id", message.channelId())
              .update();
          jdbc.sql("UPDATE calendars SET wanted_at = :now WHERE id = :id")
              .param("now", SqlInstant.of(clock.instant()))
              .param("id", message.calendarId())
              .update();
        });
  }

  /** Notes that the job is on its way. Before that, a repeat of the message must not be lost. */
  public void accept(HeardMessage message) {
    keepOnce(message, "accepted");
  }

  /** Notes that the same message came before. */
  public void duplicate(HeardMessage message) {
    keep(message, "duplicate");
  }

  /** Notes a message that has no effect, unless there were too many of the kind within the hour. */
  public void reject(HeardMessage message) {
    String result = message.verdict().name().toLowerCase(Locale.ROOT);
    Instant now = clock.instant();
    row(KEEP_FEW, message, result)
        .param("since", SqlInstant.of(now.minus(Duration.ofHours(1))))
        .param("most", MOST_REJECTED)
        .update();
    count(result);
  }

  /** Notes that a message could not be taken, and that Google is asked to repeat it. */
  public void unavailable() {
    failures.add();
  }

  private Optional<Channel> find(UUID id) {
    return id == null
        ? Optional.empty()
        : jdbc.sql(CHANNEL).param("id", id).query(PushMessages::channel).optional();
  }

  private void keepOnce(HeardMessage message, String result) {
    if (!keep(message, result)) {
      duplicate(message);
    }
  }

  /** False if there is a row already that says that the message took effect. */
  private boolean keep(HeardMessage message, String result) {
    boolean kept = row(KEEP, message, result).update() == 1;
    if (kept) {
      count(result);
    }
    return kept;
  }

  private JdbcClient.StatementSpec row(String sql, HeardMessage message, String result) {
    return jdbc.sql(sql)
        .param("channel", message.channelId(), Types.OTHER)
        .param("number", message.number())
        .param("state", message.state())
        .param("result", result)
        .param("now", SqlInstant.of(clock.instant()));
  }

  private void count(String result) {
    meters.counter(METER, "result", result).increment();
    failures.flush();
  }

  private static HeardMessage heard(PushMessage message, Channel channel, Verdict verdict) {
    return new HeardMessage(
        message.channelId(),
        channel == null ? null : channel.calendarId(),
        message.number(),
        message.state(),
        message.resourceId(),
        verdict,
        verdict == Verdict.CHANGED
            ? Map.of(
                "userId", channel.userId().toString(),
                "connectionId", channel.connectionId().toString(),
                "calendarId", channel.calendarId().toString(),
                "trigger", "webhook")
            : Map.of());
  }

  private static Channel channel(ResultSet row, int i) throws SQLException {
    return new Channel(
        row.getObject("calendar_id", UUID.class),
        row.getObject("connection_id", UUID.class),
        row.getObject("user_id", UUID.class),
        row.getBytes("token_sha256"),
        row.getBoolean("live"));
  }
}
