package dev.millrace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.database.TestDatabase;
import dev.millrace.job.SandboxBeans;
import dev.millrace.queue.EngineListener;
import dev.millrace.queue.EngineOptions;
import dev.millrace.queue.Job;
import dev.millrace.queue.JobOptions;
import dev.millrace.queue.NewJob;
import dev.millrace.queue.QueueEngine;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One user with more than anybody has, and the whole application with little memory. */
class LargeAccountTest {

  private static final Logger LOG = LoggerFactory.getLogger(LargeAccountTest.class);
  private static final int EVENTS = 20_000;
  private static final int CONTACTS = 10_000;

  /** Of the collector's log: used before, used after, size of the heap. */
  private static final Pattern COLLECTED = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");

  // its logs tell what went wrong
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path home;

  @Test
  void shouldSyncAUserWithTwentyThousandEventsAndTenThousandContactsInAQuarterOfAGigabyte()
      throws Exception {
    TestRedis.flush();
    AppProcess app = null;
    TestRedis.Link link = TestRedis.link("look");
    try (SandboxBeans it =
            new SandboxBeans(
                SandboxOptions.defaults().withoutData(), Map.of(), "dev.millrace.account");
        QueueEngine look =
            new QueueEngine(
                link, EngineOptions.of("look"), EngineListener.NONE, Clock.systemUTC())) {
      SandboxUser person = it.sandbox.users().get(0);
      UUID user = it.beans.rows().user(person.email(), "UTC");
      it.connect(person, user, Integration.GOOGLE_CALENDAR);
      it.connect(person, user, Integration.GOOGLE_CONTACTS);
      fill(it, person);
      app =
          AppProcess.start(
              home,
              TestDatabase.running(),
              List.of(
                  "-Xmx256m",
                  "-XX:+ExitOnOutOfMemoryError",
                  "-Xlog:gc:file=" + home.resolve("gc.log")),
              it.sandbox.properties(),
              UnaryOperator.identity());

      Job events = run(look, "calendar-sync", user, "\"trigger\":\"initial\"");
      Job contacts =
          run(look, "google-contacts-sync", user, "\"trigger\":\"initial\",\"syncType\":\"full\"");

      assertThat(events.failedReason()).isNull();
      assertThat(events.returnValue())
          .contains("\"full\":1", "\"upserted\":" + EVENTS, "\"pages\":8", "\"apiCalls\":9");
      assertThat(contacts.failedReason()).isNull();
      assertThat(it.beans.text("SELECT count(*) FROM calendar_events"))
          .isEqualTo(String.valueOf(EVENTS));
      assertThat(it.beans.text("SELECT count(*) FROM contacts WHERE archived_at IS NULL"))
          .isEqualTo(String.valueOf(CONTACTS));
      report(events, contacts);

      change(it, person);
      long asked = it.sandbox.requests().count(Service.CALENDAR);
      String calendar = it.beans.text("SELECT id FROM calendars");
      Job push =
          run(
              look,
              "calendar-sync",
              user,
              "\"trigger\":\"webhook\",\"calendarId\":\"%s\"".formatted(calendar));

      assertThat(push.returnValue()).contains("\"upserted\":10", "\"apiCalls\":1");
      assertThat(it.sandbox.requests().count(Service.CALENDAR)).isEqualTo(asked + 1);
      assertThat(app.isAlive()).isTrue();
      assertThat(
              it.beans.texts(
                  "SELECT queue || ' ' || reason FROM job_runs WHERE outcome IN ('failed', 'retry')"))
          .isEmpty();
    } finally {
      if (app != null) {
        app.stop();
      }
      link.close();
    }
  }

  private static void fill(SandboxBeans it, SandboxUser person) {
    ZonedDateTime start = Clock.systemUTC().instant().atZone(ZoneOffset.UTC).minusDays(10);
    for (int i = 0; i < EVENTS; i++) {
      it.sandbox
          .calendars()
          .add(
              person.email(),
              "primary",
              EventDraft.timed(
                  "meeting " + i + " about what was said in the one before",
                  start.plusMinutes(9L * i),
                  Duration.ofMinutes(30)));
    }
    for (int i = 0; i < CONTACTS; i++) {
      it.sandbox
          .contacts()
          .add(
              person.email(),
              ContactDraft.named("Given" + i, "Family" + i)
                  .emails("person" + i + "@example.org")
                  .phones("+1212%07d".formatted(i))
                  .organization("Example " + i % 50));
    }
  }

  private static void change(SandboxBeans it, SandboxUser person) {
    ZonedDateTime start = Clock.systemUTC().instant().atZone(ZoneOffset.UTC).plusDays(60);
    for (int i = 0; i < 10; i++) {
      it.sandbox
          .calendars()
          .add(
              person.email(),
              "primary",
              EventDraft.timed("new " + i, start.plusHours(i), Duration.ofMinutes(30)));
    }
  }

  private Job run(QueueEngine look, String queue, UUID user, String data) {
    String id =
        look.queue(queue)
            .add(
                new NewJob(
                    queue, "{\"userId\":\"%s\",%s}".formatted(user, data), JobOptions.DEFAULT))
            .join()
            .id();
    return await()
        .atMost(AppProcess.START.multipliedBy(2))
        .until(
            () -> look.queue(queue).find(id).join().orElseThrow(), job -> job.finishedOn() != null);
  }

  private void report(Job events, Job contacts) throws Exception {
    int peak = 0;
    int live = 0;
    for (String line : Files.readAllLines(home.resolve("gc.log"))) {
      Matcher collected = COLLECTED.matcher(line);
      if (collected.find()) {
        peak = Math.max(peak, Integer.parseInt(collected.group(1)));
        live = Math.max(live, Integer.parseInt(collected.group(2)));
      }
    }
    LOG.info(
        "{} events in {} ms, {} contacts in {} ms; heap at most {} MB, {} MB after a collection",
        EVENTS,
        events.finishedOn() - events.processedOn(),
        CONTACTS,
        contacts.finishedOn() - contacts.processedOn(),
        peak,
        live);
  }
}
