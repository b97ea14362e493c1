package dev.millrace.bench;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.suggestion.SuggestionGeneration;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The scenario {@code suggestions/300}: sweeps of suggestion-generation over users with 300
 * contacts each, through the beans of the jobs, two at a time as the queue does, on a PostgreSQL of
 * its own. The first sweep fills empty lists; the second finds nothing to do, as most do.
 */
final class SuggestionBench {

  static final String NAME = "suggestions/300";

  private static final List<Integer> USERS = List.of(500, 1_000, 2_000);
  private static final int WARM_UP = 100;
  private static final int CONTACTS = 300;
  private static final int AT_ONCE = 2;
  private static final double AIM_SECONDS = 60;
  private static final String NOW = "2027-03-08T06:00:00Z";

  /** Zones on both sides of the days on which clocks change. */
  private static final List<String> ROWS =
      List.of(
          """
          INSERT INTO users (id, email, time_zone)
          SELECT gen_random_uuid(), 'user' || n || '@example.org',
                 (ARRAY['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kathmandu'])[1 + n % 4]
          FROM generate_series(1, :users) AS n
          """,
          """
          INSERT INTO google_connections (user_id, integration, refresh_token_enc)
          SELECT id, 'google_calendar', '\\x01' FROM users
          """,
          """
          INSERT INTO sync_state (connection_id, interval_s, next_sync_at, last_success_at)
          SELECT id, 14400, CAST(:now AS timestamptz), CAST(:now AS timestamptz)
          FROM google_connections
          """,
          """
          INSERT INTO calendars (connection_id, user_id, google_id, name, selected)
          SELECT id, user_id, 'primary', 'Calendar', true FROM google_connections
          """,
          """
          INSERT INTO calendar_events (calendar_id, google_event_id, user_id, summary, location,
                                       start_at, end_at, busy, generation)
          SELECT k.id, 'event' || n, k.user_id,
                 (ARRAY['Team meeting', 'Climbing hall', 'Dentist', 'Concert tickets',
                        'Board games evening'])[1 + n % 5] || ' number ' || n,
                 CASE WHEN n % 4 = 0
                   THEN (ARRAY['Main Street, Berlin', 'Town hall, Springfield'])[1 + n % 2] END,
                 CAST(:now AS timestamptz) + n * interval '7 hours',
                 CAST(:now AS timestamptz) + n * interval '7 hours' + interval '75 minutes',
                 n % 3 > 0, 1
          FROM calendars k, generate_series(-40, 100) AS n
          """,
          """
          INSERT INTO availability_rules (user_id, kind, day_of_week, start_time, end_time)
          SELECT id, kind, CAST(day AS smallint), CAST(start AS time), CAST("end" AS time)
          FROM users, (VALUES ('available', NULL, '10:00', '21:00'), ('commute', 1, '17:00', '18:00'),
                              ('night', NULL, '20:30', '07:00')) AS r (kind, day, start, "end")
          """,
          """
          INSERT INTO contacts (user_id, name, frequency, close_friend, location, last_contact_at,
                                created_at)
          SELECT u.id, 'Contact ' || n,
                 (ARRAY['daily', 'weekly', 'biweekly', 'monthly', 'quarterly', 'yearly', 'flexible',
                        'na'])[1 + n % 8]::contact_freq,
                 n % 25 = 0,
                 CASE WHEN n % 6 = 0 THEN 'Town ' || n WHEN n % 50 = 1 THEN 'Berlin' END,
                 CASE WHEN n % 7 > 0
                   THEN CAST(:now AS timestamptz) - (n % 200) * interval '1 day' END,
                 CAST(:now AS timestamptz) - interval '100 days'
          FROM users u, generate_series(1, :contacts) AS n
          """,
          """
          INSERT INTO contact_tags (contact_id, tag)
          SELECT c.id, tag
          FROM contacts c,
               (VALUES ('climbing'), ('board games'), ('concert'), ('sailing'), ('cooking')) AS t (tag)
          WHERE abs(hashtext(c.name || tag)) % 4 = 0
          """,
          """
          INSERT INTO contact_groups (user_id, name)
          SELECT id, 'Group ' || n FROM users, generate_series(1, 6) AS n
          """,
          """
          INSERT INTO contact_group_members (group_id, contact_id)
          SELECT g.id, c.id FROM contact_groups g JOIN contacts c ON c.user_id = g.user_id
          WHERE abs(hashtext(c.name || g.name)) % 4 = 0
          """,
          """
          INSERT INTO interactions (user_id, contact_id, happened_at, kind)
          SELECT user_id, id, last_contact_at, 'hangout' FROM contacts
          WHERE last_contact_at IS NOT NULL
          """);

  private SuggestionBench() {}

  /** Prints what came out. */
  static void run() {
    sweeps(WARM_UP);
    System.out.printf(
        Locale.ROOT,
        "%n%s  %d jobs at a time, load %.1f%n%8s %10s %9s %9s %12s %9s %9s%n",
        NAME,
        AT_ONCE,
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        "users",
        "offers",
        "fill s",
        "ms/user",
        "statements/u",
        "again s",
        "ms/user");
    double slowest = 0;
    for (int users : USERS) {
      slowest = Math.max(slowest, sweeps(users));
    }
    System.out.printf(
        Locale.ROOT,
        "aim: a sweep within %.0f s: %s (load %.1f)%n",
        AIM_SECONDS,
        slowest <= AIM_SECONDS ? "reached" : "MISSED",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  /** Seconds of the slower of two sweeps. */
  private static double sweeps(int users) {
    try (JobBeans beans = JobBeans.of(new TestClock(NOW), "dev.millrace.suggestion")) {
      for (String rows : ROWS) {
        beans
            .jdbc()
            .sql(rows)
            .param("users", users)
            .param("contacts", CONTACTS)
            .param("now", NOW)
            .update();
      }
      beans.jdbc().sql("ANALYZE").update();
      SuggestionGeneration generation = beans.get(SuggestionGeneration.class);
      long before = beans.statements();
      double filling = sweep(generation);
      double statements = (double) (beans.statements() - before) / users;
      String offers = beans.text("SELECT count(*) FROM suggestions");
      double again = sweep(generation);
      if (users != WARM_UP) {
        System.out.printf(
            Locale.ROOT,
            "%,8d %10s %9.1f %9.1f %12.1f %9.1f %9.1f%n",
            users,
            offers,
            filling,
            filling * 1e3 / users,
            statements,
            again,
            again * 1e3 / users);
      }
      return Math.max(filling, again);
    }
  }

  private static double sweep(SuggestionGeneration generation) {
    long start = System.nanoTime();
    List<Future<?>> jobs = new ArrayList<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(AT_ONCE)) {
      Map<String, Object> payload = Map.of("batchSize", 50);
      while (payload != null) {
        SuggestionGeneration.Page page = generation.page(payload);
        page.units()
            .forEach(
                batch ->
                    batch.forEach(
                        unit -> jobs.add(workers.submit(() -> generation.forUser(unit)))));
        payload = page.next().isEmpty() ? null : page.next().getFirst();
      }
      for (Future<?> job : jobs) {
        job.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return (System.nanoTime() - start) / 1e9;
  }
}
