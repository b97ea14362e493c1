package dev.millrace.demo;

import dev.millrace.component.BullMQConstants;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.ProducerTemplate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Gives every queue its first real job, so that nobody has to wait for the clock to see the mill
 * turn. Each has a deduplication id: a start while the jobs of the last one still wait adds
 * nothing.
 */
@Component
public class DemoWork {

  private static final Logger LOG = LoggerFactory.getLogger(DemoWork.class);

  private final JdbcClient jdbc;
  private final ProducerTemplate producer;
  private final Clock clock;

  public DemoWork(JdbcClient jdbc, ProducerTemplate producer, Clock clock) {
    this.jdbc = jdbc;
    this.producer = producer;
    this.clock = clock;
  }

  /**
   * One job as it will be added.
   *
   * @param once its deduplication id
   * @param priority 1 is taken first
   */
  record Work(String queue, String once, int priority, Map<String, Object> data) {}

  /**
   * Adds the jobs; the syncs first, since everything else lives on what they bring.
   *
   * @param emails of the demo users, all of which exist
   */
  public void enqueue(List<String> emails) {
    List<Work> work = new ArrayList<>();
    work.add(new Work("token-refresh", "token-refresh:sweep", 1, Map.of()));
    work.addAll(syncs(emails));
    work.add(adaptive("google_calendar"));
    work.add(adaptive("google_contacts"));
    work.add(new Work("webhook-renewal", "webhook-renewal:sweep", 3, Map.of()));
    work.add(new Work("webhook-health-check", "webhook-health-check:sweep", 9, Map.of()));
    work.add(new Work("token-health-reminder", "token-health:sweep", 7, Map.of()));
    work.add(new Work("notification-reminder", "notification-reminder:sweep", 7, Map.of()));
    work.add(new Work("suggestion-generation", "sugg-gen:page:first", 8, Map.of("batchSize", 50)));
    work.addAll(personal(emails.get(0)));
    work.forEach(this::add);
    LOG.info("Demo: {} jobs added to eleven queues", work.size());
  }

  private List<Work> syncs(List<String> emails) {
    return jdbc.sql(
            """
            SELECT c.id, c.user_id, c.integration, s.last_success_at IS NULL AS first
            FROM google_connections c
            JOIN sync_state s ON s.connection_id = c.id
            JOIN users u ON u.id = c.user_id
            WHERE c.status = 'active' AND u.email IN (:emails) ORDER BY u.email
            """)
        .param("emails", emails)
        .query(
            (row, number) ->
                sync(
                    row.getObject("id", UUID.class),
                    row.getObject("user_id", UUID.class),
                    row.getString("integration"),
                    row.getBoolean("first")))
        .list();
  }

  private static Work sync(UUID connection, UUID user, String integration, boolean first) {
    String trigger = first ? "initial" : "scheduled";
    if (integration.equals("google_calendar")) {
      return new Work(
          "calendar-sync",
          "calendar-sync:" + connection,
          first ? 2 : 5,
          Map.of("userId", user.toString(), "trigger", trigger));
    }
    return new Work(
        "google-contacts-sync",
        "contacts-sync:" + connection,
        first ? 2 : 6,
        Map.of(
            "userId",
            user.toString(),
            "syncType",
            first ? "full" : "incremental",
            "trigger",
            trigger));
  }

  private static Work adaptive(String integration) {
    return new Work(
        "adaptive-sync", "adaptive-sync:" + integration, 4, Map.of("integrationType", integration));
  }

  /** What the clock would add for one user: today's digest, and a look at the suggestions. */
  private List<Work> personal(String email) {
    return jdbc.sql("SELECT id, time_zone FROM users WHERE email = :email")
        .param("email", email)
        .query(
            (row, number) -> {
              String user = row.getString("id");
              LocalDate today =
                  LocalDate.ofInstant(clock.instant(), ZoneId.of(row.getString("time_zone")));
              return List.of(
                  new Work(
                      "batch-notifications",
                      "digest:" + user + ":" + today,
                      4,
                      Map.of("userId", user, "occurrenceDate", today.toString())),
                  new Work(
                      "suggestion-regeneration",
                      "sugg-regen:" + user,
                      5,
                      Map.of("userId", user, "reason", "manual_refresh")));
            })
        .single();
  }

  private void add(Work work) {
    producer.sendBodyAndHeaders(
        "bullmq:" + work.queue() + "?attempts=3&backoffType=exponential&backoffDelay=30s",
        work.data(),
        Map.of(
            BullMQConstants.ADD_DEDUPLICATION_ID,
            work.once(),
            BullMQConstants.ADD_PRIORITY,
            work.priority()));
  }
}
