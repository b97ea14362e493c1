package dev.millrace.calendar;

import dev.millrace.calendar.ChannelChecks.Row;
import dev.millrace.job.Batches;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Looks for push channels that are gone or that look alive and deliver nothing, judges push as a
 * whole, and deletes old log rows. Silence is no fault: a person on holiday changes nothing for
 * weeks. It is only read whether something changed all the same.
 */
@Component
public class ChannelHealthCheck {

  /** A channel that stays unconfirmed is replaced once a day, not at every check. */
  static final Duration UNCONFIRMED_AGAIN = Duration.ofHours(24);

  /**
   * Of those without a channel, and as many again of the deaf ones. What is left over of the
   * former, the hourly sweep of webhook-renewal finds by itself; of the latter it knows nothing.
   */
  static final int MOST_RENEWALS = WatchRenewal.MOST_RENEWALS;

  private final ChannelChecks checks;
  private final PushEndpoint endpoint;
  private final PushAlerts alerts;
  private final ChannelMeters meters;
  private final Retention retention;
  private final Clock clock;

  ChannelHealthCheck(
      ChannelChecks checks,
      PushEndpoint endpoint,
      PushAlerts alerts,
      ChannelMeters meters,
      Retention retention,
      Clock clock) {
    this.checks = checks;
    this.endpoint = endpoint;
    this.alerts = alerts;
    this.meters = meters;
    this.retention = retention;
    this.clock = clock;
  }

  /**
   * What was found.
   *
   * @param result counts by finding, {@code quiet} (those of the silent whose last probe found
   *     nothing missed), {@code checked}, {@code deletedRows}, and {@code alerts}, the kinds that
   *     are open now
   * @param renewals payloads of webhook-renewal
   * @param probes payloads of calendar-sync, one a connection: reading its calendars shows whether
   *     a message was lost
   */
  public record Checked(
      Map<String, Object> result,
      List<List<Map<String, Object>>> renewals,
      List<List<Map<String, Object>>> probes) {}

  /** What one check has gathered. */
  private static final class Findings {
    final Map<ChannelFinding, Integer> counts = new EnumMap<>(ChannelFinding.class);
    final List<Map<String, Object>> renewals = new ArrayList<>();
    final Map<UUID, Map<String, Object>> probes = new LinkedHashMap<>();
    int checked;
    int quiet;
    int unreached;
    int deafAsked;
    int bareAsked;

    /** Whether one more may be asked for. */
    boolean room(ChannelFinding finding) {
      return (finding.deaf() ? deafAsked : bareAsked) < MOST_RENEWALS;
    }

    void ask(Row row, ChannelFinding finding) {
      deafAsked += finding.deaf() ? 1 : 0;
      bareAsked += finding.deaf() ? 0 : 1;
      renewals.add(Map.of("calendarId", row.calendarId().toString(), "reason", finding.reason()));
    }

    int of(ChannelFinding finding) {
      return counts.getOrDefault(finding, 0);
    }
  }

  /** Whether a check would find a channel to look at, or rows to delete. */
  public boolean due() {
    return retention.due() || (endpoint.enabled() && checks.any());
  }

  /** Classifies every calendar that should have a channel. */
  public Checked check() {
    Findings findings = new Findings();
    List<String> open = new ArrayList<>();
    if (endpoint.enabled()) {
      List<Row> page = checks.after(ChannelChecks.START);
      while (!page.isEmpty()) {
        judge(page, clock.instant(), findings);
        page =
            page.size() < ChannelChecks.PAGE
                ? List.of()
                : checks.after(page.getLast().calendarId());
      }
      open.addAll(alerts(findings));
      meters.observe();
    }
    Map<String, Object> result = new HashMap<>();
    for (ChannelFinding finding : ChannelFinding.values()) {
      result.put(finding.key(), findings.of(finding));
    }
    result.put("quiet", findings.quiet);
    result.put("checked", findings.checked);
    result.put("alerts", open);
    result.put("deletedRows", retention.apply());
    return new Checked(
        result, Batches.of(findings.renewals), Batches.of(List.copyOf(findings.probes.values())));
  }

  private void judge(List<Row> page, Instant now, Findings findings) {
    Map<ChannelFinding, List<UUID>> channels = new EnumMap<>(ChannelFinding.class);
    List<UUID> silent = new ArrayList<>();
    for (Row row : page) {
      ChannelFinding finding = row.finding(now);
      findings.checked++;
      findings.counts.merge(finding, 1, Integer::sum);
      if (finding == ChannelFinding.SILENT) {
        findings.quiet += row.is("quiet") ? 1 : 0;
        silent.add(row.calendarId());
        findings.probes.put(row.connectionId(), probe(row));
      }
      if (finding == ChannelFinding.UNCONFIRMED
          && row.unconfirmedBefore() + 1 >= PushAlerts.UNCONFIRMED_IN_A_ROW) {
        findings.unreached++;
      }
      boolean asked = finding.needsRenewal() && mayRenew(row, finding, now, findings);
      if (asked) {
        findings.ask(row, finding);
      } else if (finding == ChannelFinding.UNCONFIRMED) {
        // the mark's time says when it may be replaced again
        continue;
      }
      if (row.channelId() != null) {
        channels.computeIfAbsent(finding, any -> new ArrayList<>()).add(row.channelId());
      }
    }
    channels.forEach(this::mark);
    if (!silent.isEmpty()) {
      checks.want(silent);
    }
  }

  private void mark(ChannelFinding finding, List<UUID> channels) {
    switch (finding) {
      case OK -> checks.found(channels, "ok");
      case UNCONFIRMED -> checks.found(channels, "unconfirmed");
      default -> checks.looked(channels);
    }
  }

  private static boolean mayRenew(Row row, ChannelFinding finding, Instant now, Findings findings) {
    boolean lately =
        finding == ChannelFinding.UNCONFIRMED
            && row.unconfirmedAt() != null
            && row.unconfirmedAt().isAfter(now.minus(UNCONFIRMED_AGAIN));
    return !lately && !row.refused() && findings.room(finding);
  }

  private static Map<String, Object> probe(Row row) {
    return Map.of(
        "userId", row.userId().toString(),
        "connectionId", row.connectionId().toString(),
        "trigger", "probe");
  }

  private List<String> alerts(Findings findings) {
    Map<String, Boolean> ill = new LinkedHashMap<>();
    ill.put(PushAlerts.UNREACHABLE, alerts.judgeReachability(findings.unreached));
    ill.put(PushAlerts.MESSAGES, alerts.judgeMessages());
    ill.put(PushAlerts.RENEWALS, alerts.judgeRenewals());
    ill.put(PushAlerts.REOPENINGS, alerts.judgeReopenings());
    ill.put(
        PushAlerts.EXPIRING,
        alerts.judgeExpiring(
            findings.of(ChannelFinding.EXPIRING) + findings.of(ChannelFinding.EXPIRED),
            findings.checked));
    return ill.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
  }
}
