package dev.millrace.calendar;

import dev.millrace.job.AdminAlerts;
import dev.millrace.job.SqlInstant;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Tells the operator when push as a whole is ill, one alert for each way of it, and takes the alert
 * back when it is well again. What each means and what helps: docs/push.md.
 */
@Component
class PushAlerts {

  static final String UNREACHABLE = "webhook_endpoint_unreachable";
  static final String RENEWALS = "webhook_renewals_failing";
  static final String REOPENINGS = "webhook_reregistrations_failing";
  static final String MESSAGES = "webhook_messages_rejected";
  static final String EXPIRING = "webhook_channels_expiring";

  /** Fewer say nothing of the whole. */
  static final int ENOUGH_TO_JUDGE = 20;

  /** So many channels of one calendar in a row that Google never sent a message to. */
  static final int UNCONFIRMED_IN_A_ROW = 3;

  private static final double FAILED_SHARE = 0.05;
  private static final double REOPENINGS_SHARE = 0.20;
  private static final int ENOUGH_REOPENINGS = 5;
  private static final Duration LATELY = Duration.ofHours(24);

  /** Of each calendar the last try counts: a failure that a later try healed is none. */
  private static final String TRIES =
      """
      SELECT count(*) AS tried, count(*) FILTER (WHERE health = 'failed') AS failed
      FROM (SELECT DISTINCT ON (calendar_id) health FROM watch_channels
            WHERE created_at > :since
              AND (health = 'failed' OR state IN ('active', 'superseded', 'stopped')) %s
            ORDER BY calendar_id, created_at DESC) last""";

  private static final String ALL_TRIES = TRIES.formatted("");
  private static final String REOPENED =
      TRIES.formatted("AND reason IN ('missing', 'unconfirmed', 'missed')");

  private static final String HEARD =
      """
      SELECT count(*) AS tried,
             count(*) FILTER (WHERE result IN ('unknown_channel', 'bad_token')) AS failed
      FROM webhook_messages WHERE received_at > :since""";

  private static final String REACHED =
      """
      SELECT EXISTS (SELECT FROM watch_channels
                     WHERE confirmed_at > :since OR last_message_at > :since)""";

  private final JdbcClient jdbc;
  private final AdminAlerts alerts;
  private final PushFailures failures;
  private final Clock clock;

  PushAlerts(JdbcClient jdbc, AdminAlerts alerts, PushFailures failures, Clock clock) {
    this.jdbc = jdbc;
    this.alerts = alerts;
    this.failures = failures;
    this.clock = clock;
  }

  private record Share(long failed, long tried) {

    boolean above(double share, int enough) {
      return tried >= enough && failed > tried * share;
    }
  }

  /** More than 5 % of at least 20 calendars could not be given a channel within 24 hours. */
  boolean judgeRenewals() {
    Share renewals = count(ALL_TRIES);
    return judge(
        RENEWALS,
        renewals.above(FAILED_SHARE, ENOUGH_TO_JUDGE),
        Map.of("calendars", renewals.tried(), "failed", renewals.failed()));
  }

  /** Whether only a further judgement can take the alert on renewals back. */
  boolean reportsRenewals() {
    return alerts.isOpen(RENEWALS);
  }

  /** More than 20 % of the channels that were to replace a lost or deaf one could not be opened. */
  boolean judgeReopenings() {
    Share reopenings = count(REOPENED);
    return judge(
        REOPENINGS,
        reopenings.above(REOPENINGS_SHARE, ENOUGH_REOPENINGS),
        Map.of("calendars", reopenings.tried(), "failed", reopenings.failed()));
  }

  /** More than 5 % of at least 20 messages were of nobody we know, or found us unable. */
  boolean judgeMessages() {
    Share heard = count(HEARD);
    long unavailable = failures.within(LATELY);
    Share all = new Share(heard.failed() + unavailable, heard.tried() + unavailable);
    return judge(
        MESSAGES,
        all.above(FAILED_SHARE, ENOUGH_TO_JUDGE),
        Map.of("messages", all.tried(), "rejected", heard.failed(), "answered503", unavailable));
  }

  /** More than 5 % of at least 20 channels end within a day, though renewal begins two before. */
  boolean judgeExpiring(long expiring, long checked) {
    return judge(
        EXPIRING,
        new Share(expiring, checked).above(FAILED_SHARE, ENOUGH_TO_JUDGE),
        Map.of("channels", checked, "expiring", expiring));
  }

  /**
   * Google reaches none of a calendar's channels, and nobody else's for a day; one alert, however
   * many calendars that are. Were one message enough to take it back but not to prevent it, it
   * would come and go at each check.
   */
  boolean judgeReachability(long calendars) {
    // where no calendar says so, only a message that arrives proves the contrary
    if (calendars == 0 || reachedLately()) {
      return false;
    }
    alerts.raise(UNREACHABLE, UNREACHABLE, Map.of("calendars", calendars));
    return true;
  }

  /** A message of Google arrived. */
  void reached() {
    alerts.close(UNREACHABLE);
  }

  private boolean reachedLately() {
    return jdbc.sql(REACHED)
        .param("since", SqlInstant.of(clock.instant().minus(LATELY)))
        .query(Boolean.class)
        .single();
  }

  private Share count(String sql) {
    return jdbc.sql(sql)
        .param("since", SqlInstant.of(clock.instant().minus(LATELY)))
        .query((row, i) -> new Share(row.getLong("failed"), row.getLong("tried")))
        .single();
  }

  private boolean judge(String kind, boolean ill, Map<String, ?> detail) {
    if (ill) {
      alerts.raise(kind, kind, detail);
    } else {
      alerts.close(kind);
    }
    return ill;
  }
}
