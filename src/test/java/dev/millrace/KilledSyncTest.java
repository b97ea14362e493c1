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
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The application is killed in the middle of a sync, and another process goes on. */
class KilledSyncTest {

  private static final String QUEUE = "calendar-sync";
  private static final int EVENTS = 14;

  // its log tells what went wrong
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path home;

  private final SandboxBeans it =
      new SandboxBeans(SandboxOptions.defaults().withoutData(), Map.of(), "dev.millrace.account");
  private final SandboxUser person = it.sandbox.users().get(0);
  private TestRedis.Link link;
  private QueueEngine look;
  private AppProcess app;
  private UUID user;

  @BeforeEach
  void fivePages() {
    TestRedis.flush();
    link = TestRedis.link("look");
    look = new QueueEngine(link, EngineOptions.of("look"), EngineListener.NONE, Clock.systemUTC());
    user = it.beans.rows().user(person.email(), "UTC");
    it.connect(person, user, Integration.GOOGLE_CALENDAR);
    IntStream.range(0, EVENTS)
        .forEach(
            i ->
                it.sandbox
                    .calendars()
                    .add(
                        person.email(),
                        "primary",
                        EventDraft.timed(
                            "e" + i,
                            Clock.systemUTC().instant().atZone(ZoneOffset.UTC).plusHours(i + 1),
                            Duration.ofMinutes(30))));
  }

  @AfterEach
  void stop() throws Exception {
    if (app != null) {
      app.stop();
    }
    look.close();
    link.close();
    it.close();
  }

  @Test
  void shouldNeitherLoseNorDoubleEventsWhenKilledAmidThePagesAndOnceMoreBeforeTheEnd()
      throws Exception {
    hold(2, Duration.ofMillis(1));
    hold(3, Duration.ofSeconds(60));
    app = start(KilledSyncTest::neverSettling);
    String job = add();
    await().atMost(AppProcess.START).until(() -> it.sandbox.faults().pending().isEmpty());
    await().until(() -> rows() == 6);
    app.kill();
    assertThat(token()).as("after page 2 of 5").isNull();

    app = start(KilledSyncTest::neverSettling);
    // the run's verdict follows its last page, and only the job's end is missing then
    await()
        .atMost(AppProcess.START)
        .until(() -> it.beans.texts("SELECT result FROM sync_runs").size() == 1);
    assertCopy();
    app.kill();
    assertThat(look.queue(QUEUE).find(job).join().orElseThrow().finishedOn()).isNull();

    app = start(UnaryOperator.identity());
    Job ended = ended(job);
    assertThat(ended.returnValue())
        .contains("\"incremental\":1", "\"full\":0", "\"upserted\":0", "\"deleted\":0");
    assertCopy();
    assertThat(
            it.beans.texts(
                "SELECT concat_ws(' ', mode, result, pages, upserted) FROM sync_runs ORDER BY id"))
        .containsExactly("full success 5 8", "incremental success 1 0");
  }

  private AppProcess start(UnaryOperator<String> edit) throws IOException {
    Map<String, String> settings = new HashMap<>(it.sandbox.properties());
    settings.put("millrace.calendar-sync.page-size", "3");
    settings.put("millrace.engine.max-stalled-count", "5");
    // who died keeps others off for as long
    settings.put("millrace.calendar-sync.lease", "5s");
    return AppProcess.start(
        home,
        TestDatabase.running(),
        List.of("-Xmx256m"),
        settings,
        text -> edit.apply(shortLocks(text)));
  }

  /** The queue sees sooner that its worker is gone. */
  private static String shortLocks(String route) {
    return route.replaceFirst(
        "uri: bullmq:calendar-sync\n(      steps:)",
        "uri: bullmq:calendar-sync\n      parameters:\n        lockDuration: 2s\n$1");
  }

  private static String neverSettling(String route) {
    return route.replaceFirst(
        "( +)- bean:\n +id: settle\n +ref: calendarSync",
        "$1- delay:\n$1    constant: \"600000\"\n$0");
  }

  private void hold(int page, Duration time) {
    // the first page carries no page token
    assertThat(page).isGreaterThan(1);
    it.sandbox
        .faults()
        .add(Fault.slow(Service.CALENDAR, time).onPath("/events").withQuery("pageToken"));
  }

  private String add() {
    return look.queue(QUEUE)
        .add(
            new NewJob(
                QUEUE,
                "{\"userId\":\"%s\",\"trigger\":\"manual\"}".formatted(user),
                JobOptions.DEFAULT))
        .join()
        .id();
  }

  private Job ended(String id) {
    return await()
        .atMost(AppProcess.START)
        .until(
            () -> look.queue(QUEUE).find(id).join().orElseThrow(), job -> job.finishedOn() != null);
  }

  private void assertCopy() {
    assertThat(it.beans.texts("SELECT summary FROM calendar_events ORDER BY start_at"))
        .containsExactlyElementsOf(IntStream.range(0, EVENTS).mapToObj(i -> "e" + i).toList());
    assertThat(token()).isNotNull();
  }

  private int rows() {
    return Integer.parseInt(it.beans.text("SELECT count(*) FROM calendar_events"));
  }

  private String token() {
    List<String> tokens = it.beans.texts("SELECT sync_token FROM calendars");
    return tokens.isEmpty() ? null : tokens.getFirst();
  }
}
