package dev.millrace.calendar;

import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.calendar.WatchChannels.Stoppable;
import dev.millrace.calendar.WatchChannels.Watched;
import dev.millrace.job.Batches;
import dev.millrace.job.JobFields;
import dev.millrace.job.SkippedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Keeps one live push channel for every selected calendar. Google never prolongs a channel: a new
 * one is opened beside the old one, takes over, and only then the old one is stopped.
 */
@Component
public class WatchRenewal {

  static final int MOST_RENEWALS = 200;
  static final int MOST_STOPS = 50;

  /** A channel this young is not replaced, whatever made somebody ask. */
  static final Duration TOO_YOUNG = Duration.ofMinutes(15);

  /** Asked for although the channel lives: it does not deliver. */
  private static final Set<String> DEAF = Set.of("unconfirmed", "missed");

  private static final Logger LOG = LoggerFactory.getLogger(WatchRenewal.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  private final WatchChannels channels;
  private final WatchClient client;
  private final PushEndpoint endpoint;
  private final Clock clock;

  WatchRenewal(WatchChannels channels, WatchClient client, PushEndpoint endpoint, Clock clock) {
    this.channels = channels;
    this.client = client;
    this.endpoint = endpoint;
    this.clock = clock;
  }

  /**
   * @param renewals payloads of webhook-renewal, one a calendar
   */
  public record Swept(Map<String, Integer> result, List<List<Map<String, Object>>> renewals) {}

  /**
   * @param syncs payload of calendar-sync where a new channel took over, else none
   * @param reminders payload of token-health-reminder where the grant turned out dead, else none
   */
  public record Renewed(
      Map<String, Object> result,
      List<Map<String, Object>> syncs,
      List<Map<String, Object>> reminders) {}

  /** Whether a sweep would find anything to renew or to stop. */
  public boolean due() {
    return endpoint.enabled()
        && (!channels.needed(1).isEmpty() || !channels.superseded(1).isEmpty());
  }

  /**
   * Finds calendars whose channel does not last another 48 hours, and stops channels that were
   * replaced.
   *
   * @throws SkippedException {@code push_disabled} without a public HTTPS address
   */
  public Swept sweep() {
    requirePush();
    List<Map<String, Object>> renewals =
        channels.needed(MOST_RENEWALS).stream()
            .map(
                need ->
                    Map.<String, Object>of(
                        "calendarId",
                        need.calendarId().toString(),
                        "reason",
                        need.missing() ? "missing" : "expiring"))
            .toList();
    int stopped = 0;
    for (Stoppable old : channels.superseded(MOST_STOPS)) {
      if (stop(old)) {
        stopped++;
      }
    }
    return new Swept(Map.of("renewals", renewals.size(), "stopped", stopped), Batches.of(renewals));
  }

  /**
   * Replaces one calendar's channel if it still needs that.
   *
   * @param payload {@code calendarId} and {@code reason}
   * @throws SkippedException {@code push_disabled}, {@code not_watchable} or {@code still_live}
   */
  public Renewed renew(Map<String, Object> payload) {
    UUID calendarId = JobFields.requiredUuid(payload, "calendarId");
    String reason = JobFields.text(payload, "reason", "missing");
    requirePush();
    Watched calendar =
        channels.find(calendarId).orElseThrow(() -> new SkippedException("not_watchable"));
    if (!needed(calendar, reason)) {
      throw new SkippedException("still_live");
    }
    try {
      open(calendar);
    } catch (WatchRefusedException refused) {
      return refused(calendar, refused);
    } catch (DeadGrantException dead) {
      return new Renewed(
          Map.of("skippedReason", dead.reason()),
          List.of(),
          dead.discovered()
              ? List.of(Map.of("connectionId", calendar.connectionId().toString()))
              : List.of());
    }
    if (calendar.channelId() != null) {
      stop(new Stoppable(calendar.channelId(), calendar.resourceId(), calendar.connectionId()));
    }
    return new Renewed(
        Map.of("outcome", "renewed"),
        List.of(
            Map.of(
                "userId", calendar.userId().toString(),
                "connectionId", calendar.connectionId().toString(),
                "calendarId", calendar.calendarId().toString(),
                "trigger", "renewal")),
        List.of());
  }

  private boolean needed(Watched calendar, String reason) {
    Instant now = clock.instant();
    if (DEAF.contains(reason)) {
      return calendar.channelId() == null || calendar.createdAt().isBefore(now.minus(TOO_YOUNG));
    }
    return !calendar.lastsUntil(now.plus(WatchChannels.RENEW_BEFORE));
  }

  private void open(Watched calendar) {
    try {
      openOnce(calendar);
    } catch (WatchRefusedException refused) {
      if (!refused.channelIdTaken()) {
        throw refused;
      }
      openOnce(calendar);
    }
  }

  private void openOnce(Watched calendar) {
    UUID channel = UUID.randomUUID();
    String token = newToken();
    channels.addPending(channel, calendar.calendarId(), sha256(token));
    WatchClient.Opened opened;
    try {
      opened =
          client.watch(
              calendar.connectionId(), calendar.googleId(), channel, token, endpoint.address());
    } catch (RuntimeException failure) {
      channels.markFailed(channel);
      throw failure;
    }
    channels.activate(channel, calendar.calendarId(), opened.resourceId(), opened.expiresAt());
  }

  private Renewed refused(Watched calendar, WatchRefusedException refused) {
    if (refused.pushUnsupported()) {
      channels.markPushUnsupported(calendar.calendarId());
      return new Renewed(Map.of("outcome", "push_unsupported"), List.of(), List.of());
    }
    if (refused.calendarGone()) {
      channels.markRemoved(calendar.calendarId());
      return new Renewed(Map.of("outcome", "calendar_gone"), List.of(), List.of());
    }
    throw refused;
  }

  /** The new channel is in charge already, so a failure here costs at most a doubled message. */
  private boolean stop(Stoppable old) {
    try {
      if (old.resourceId() != null
          && client.stop(old.connectionId(), old.channelId(), old.resourceId())) {
        channels.markStopped(old.channelId());
        return true;
      }
    } catch (GoogleUnavailableException | DeadGrantException later) {
      LOG.info("Channel {} is not stopped yet: {}", old.channelId(), later.getMessage());
    }
    channels.countStopAttempt(old.channelId());
    return false;
  }

  private void requirePush() {
    if (!endpoint.enabled()) {
      throw new SkippedException("push_disabled");
    }
  }

  private static String newToken() {
    byte[] token = new byte[32];
    RANDOM.nextBytes(token);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }

  /** Only the hash of the token's text is kept; the text comes back with every message. */
  static byte[] sha256(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.US_ASCII));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("Every Java runtime has SHA-256; this one does not", missing);
    }
  }
}
