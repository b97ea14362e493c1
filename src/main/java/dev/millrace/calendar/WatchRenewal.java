package dev.millrace.calendar;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.TokenProvider;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.calendar.ChannelEnds.Stoppable;
import dev.millrace.calendar.WatchChannels.Watched;
import dev.millrace.job.AdminAlerts;
import dev.millrace.job.Batches;
import dev.millrace.job.JobFields;
import dev.millrace.job.SkippedException;
import dev.millrace.job.WaitException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Keeps one live push channel for every selected calendar. Google never prolongs a channel: a new
 * one is opened beside the old one, takes over, and only then the old one is stopped.
 */
@Component
public class WatchRenewal {

  static final int MOST_RENEWALS = 200;
  static final int MOST_STOPS = 50;

  /** Google seems to be away then, and each try may take as long as its time-out. */
  private static final int MOST_IN_VAIN = 5;

  /** A channel this young is not replaced, whatever made somebody ask. */
  static final Duration TOO_YOUNG = Duration.ofMinutes(15);

  /** Asked for although the channel lives: it does not deliver. */
  private static final Set<String> DEAF = Set.of("unconfirmed", "missed");

  private static final String CONNECT = "connect";

  private static final Set<String> REASONS =
      Set.of(CONNECT, "missing", "expiring", "unconfirmed", "missed");

  private static final String OUTCOME = "outcome";
  private static final String SKIPPED_REASON = "skippedReason";
  private static final String RENEWED = "renewed";

  private final WatchChannels channels;
  private final ChannelEnds ends;
  private final ChannelStop stop;
  private final WatchClient client;
  private final Calendars calendars;
  private final PushEndpoint endpoint;
  private final ChannelMeters meters;
  private final PushAlerts alerts;
  private final AdminAlerts broken;
  private final TokenProvider tokens;
  private final Clock clock;

  WatchRenewal(
      WatchChannels channels,
      ChannelEnds ends,
      ChannelStop stop,
      WatchClient client,
      Calendars calendars,
      PushEndpoint endpoint,
      ChannelMeters meters,
      PushAlerts alerts,
      AdminAlerts broken,
      TokenProvider tokens,
      Clock clock) {
    this.channels = channels;
    this.ends = ends;
    this.stop = stop;
    this.client = client;
    this.calendars = calendars;
    this.endpoint = endpoint;
    this.meters = meters;
    this.alerts = alerts;
    this.broken = broken;
    this.tokens = tokens;
    this.clock = clock;
  }

  /**
   * What a sweep did and found.
   *
   * @param renewals payloads of webhook-renewal, one a calendar
   */
  public record Swept(Map<String, Integer> result, List<List<Map<String, Object>>> renewals) {}

  /**
   * What became of one calendar's channel.
   *
   * @param syncs payload of calendar-sync where a new channel took over, else none
   * @param reminders payload of token-health-reminder where the grant turned out dead, else none
   */
  public record Renewed(
      Map<String, Object> result,
      List<Map<String, Object>> syncs,
      List<Map<String, Object>> reminders) {}

  /** Whether a sweep would find anything to renew, to stop or to clear up, or an alert to judge. */
  public boolean due() {
    return endpoint.enabled()
        && (!channels.needed(1).isEmpty()
            || !ends.superseded(1).isEmpty()
            || ends.untidy()
            || alerts.reportsRenewals());
  }

  /**
   * Finds calendars without a channel, or with one that is to be renewed, clears up what crashes
   * left, stops channels that were replaced, and judges how renewals went.
   *
   * @throws SkippedException {@code push_disabled} without a public HTTPS address
   */
  public Swept sweep() {
    requirePush();
    int abandoned = ends.tidy();
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
    int stopped = stopReplaced();
    alerts.judgeRenewals();
    meters.observe();
    return new Swept(
        Map.of("renewals", renewals.size(), "stopped", stopped, "abandoned", abandoned),
        Batches.of(renewals));
  }

  /**
   * Replaces one calendar's channel if it still needs that.
   *
   * @param payload {@code calendarId} and {@code reason}
   * @param attemptsMade before this one; a 401 may pass once
   * @throws SkippedException {@code push_disabled}, {@code not_watchable}, {@code still_live}, or
   *     {@code refused_lately} where Google refused less than a day ago and nobody connected anew
   */
  public Renewed renew(Map<String, Object> payload, Integer attemptsMade) {
    UUID calendarId = JobFields.requiredUuid(payload, "calendarId");
    String reason = reason(payload);
    try {
      requirePush();
      Watched calendar =
          channels.find(calendarId).orElseThrow(() -> new SkippedException("not_watchable"));
      if (!needed(calendar, reason)) {
        throw new SkippedException("still_live");
      }
      if (calendar.refused() && !CONNECT.equals(reason)) {
        throw new SkippedException("refused_lately");
      }
      Renewed renewed = replace(calendar, reason, attemptsMade == null ? 0 : attemptsMade);
      meters.renewal(String.valueOf(renewed.result().getOrDefault(OUTCOME, "skipped")));
      return renewed;
    } catch (SkippedException skipped) {
      meters.renewal("skipped");
      throw skipped;
    } catch (WaitException wait) {
      meters.renewal("delayed");
      throw wait;
    } catch (ConfigurationException ours) {
      broken.raise(ours.alert(), ours.key(), Map.of("message", ours.getMessage()));
      meters.renewal("failed");
      throw ours;
    } catch (RuntimeException failure) {
      meters.renewal("failed");
      throw failure;
    }
  }

  private int stopReplaced() {
    int stopped = 0;
    int inVain = 0;
    for (Stoppable replaced : ends.superseded(MOST_STOPS)) {
      if (stop.end(replaced)) {
        stopped++;
        inVain = 0;
      } else if (++inVain == MOST_IN_VAIN) {
        break;
      }
    }
    return stopped;
  }

  private Renewed replace(Watched calendar, String reason, int attemptsMade) {
    try {
      open(calendar, reason);
    } catch (GoogleRefusal refused) {
      return refused(calendar, refused);
    } catch (UnauthorizedException unauthorized) {
      if (attemptsMade == 0) {
        throw unauthorized;
      }
      channels.refused(calendar.calendarId());
      return ended(SKIPPED_REASON, "http_401");
    } catch (DeadGrantException dead) {
      return dead(calendar, dead);
    }
    if (calendar.channelId() != null) {
      // the new channel is in charge already: a failure here costs at most a doubled message
      stop.end(new Stoppable(calendar.channelId(), calendar.resourceId(), calendar.connectionId()));
    }
    return new Renewed(
        Map.of(OUTCOME, RENEWED),
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
    return !calendar.lasts(now);
  }

  private void open(Watched calendar, String reason) {
    try {
      openOnce(calendar, reason);
    } catch (GoogleRefusal refused) {
      if (!"channelIdNotUnique".equals(refused.reason())) {
        throw refused;
      }
      openOnce(calendar, reason);
    }
  }

  private void openOnce(Watched calendar, String reason) {
    UUID channel = UUID.randomUUID();
    String token = ChannelToken.random();
    channels.addPending(channel, calendar.calendarId(), ChannelToken.hash(token), reason);
    WatchClient.Opened opened;
    try {
      opened =
          client.watch(
              calendar.connectionId(), calendar.googleId(), channel, token, endpoint.address());
    } catch (WaitException | DeadGrantException nobodysFault) {
      channels.withdraw(channel);
      throw nobodysFault;
    } catch (GoogleRefusal refused) {
      if (expected(refused)) {
        channels.withdraw(channel);
      } else {
        channels.failed(channel, false);
      }
      throw refused;
    } catch (GoogleUnavailableException unknown) {
      channels.failed(channel, true);
      throw unknown;
    } catch (RuntimeException failure) {
      channels.failed(channel, false);
      throw failure;
    }
    if (!channels.activate(
        channel, calendar.calendarId(), opened.resourceId(), opened.expiresAt())) {
      // deselected, or disconnected, while Google was asked
      stop.end(new Stoppable(channel, opened.resourceId(), calendar.connectionId()));
      throw new SkippedException("not_watchable");
    }
  }

  private Renewed refused(Watched calendar, GoogleRefusal refused) {
    if (pushUnsupported(refused)) {
      channels.markPushUnsupported(calendar.calendarId());
      return ended(OUTCOME, "push_unsupported");
    }
    if (refused instanceof GoogleRefusal.NotFound) {
      calendars.remove(List.of(calendar.calendarId()));
      return ended(OUTCOME, "calendar_gone");
    }
    if (refused instanceof GoogleRefusal.Forbidden forbidden) {
      if (forbidden.scopeMissing()) {
        return dead(calendar, tokens.dead(calendar.connectionId(), "scope_missing"));
      }
      channels.refused(calendar.calendarId());
      return ended(OUTCOME, "forbidden");
    }
    throw refused;
  }

  private static Renewed dead(Watched calendar, DeadGrantException dead) {
    return new Renewed(
        Map.of(SKIPPED_REASON, dead.reason()),
        List.of(),
        dead.discovered()
            ? List.of(Map.of("connectionId", calendar.connectionId().toString()))
            : List.of());
  }

  private static Renewed ended(String how, String why) {
    return new Renewed(Map.of(how, why), List.of(), List.of());
  }

  /** Refusals that say something of the calendar, or of the id, and nothing against us. */
  private static boolean expected(GoogleRefusal refused) {
    return refused instanceof GoogleRefusal.NotFound
        || pushUnsupported(refused)
        || refused instanceof GoogleRefusal.Forbidden forbidden && forbidden.scopeMissing()
        || "channelIdNotUnique".equals(refused.reason());
  }

  private static boolean pushUnsupported(GoogleRefusal refused) {
    return "pushNotSupportedForRequestedResource".equals(refused.reason());
  }

  private static String reason(Map<String, Object> payload) {
    String reason = JobFields.text(payload, "reason", "missing");
    if (!REASONS.contains(reason)) {
      throw JobFields.invalid(
          "reason", reason, "one of connect, missing, expiring, unconfirmed, missed");
    }
    return reason;
  }

  private void requirePush() {
    if (!endpoint.enabled()) {
      throw new SkippedException("push_disabled");
    }
  }
}
