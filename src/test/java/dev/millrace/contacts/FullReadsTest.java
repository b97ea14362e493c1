package dev.millrace.contacts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.job.JobBeans;
import dev.millrace.job.Quota;
import dev.millrace.job.WaitException;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class FullReadsTest {

  private static final Quota ROOM = (limit, subject) -> {};

  private final ContactsWorld world = new ContactsWorld();
  private final ContactsSyncProperties settings = world.beans.get(ContactsSyncProperties.class);

  @AfterEach
  void stop() {
    world.close();
  }

  @Test
  void shouldReadEverythingThoughTheRequestWasMergedIntoAnotherJob() {
    world.run();
    world.beans.get(FullReads.class).want(world.user);

    assertThat(world.run()).containsEntry("mode", "full");
    assertThat(world.run()).containsEntry("mode", "incremental");
  }

  @Test
  void shouldNotTakeAReadForTheAnswerToAWishThatCameDuringIt() {
    world.run();
    world.beans.get(FullReads.class).want(world.user);
    world.add(ContactDraft.named("Ada", "Lovelace"));
    world.rows.add(
        """
        CREATE FUNCTION wish() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          UPDATE contacts_sync SET full_wanted_at = '2026-03-02T06:00:01Z'; RETURN NULL; END $$
        """);
    world.rows.add(
        "CREATE TRIGGER wish AFTER INSERT ON contacts FOR EACH STATEMENT EXECUTE FUNCTION wish()");
    try {
      assertThat(world.run()).containsEntry("mode", "full");
    } finally {
      world.rows.add("DROP TRIGGER wish ON contacts");
      world.rows.add("DROP FUNCTION wish");
    }

    assertThat(world.run()).as("once more").containsEntry("mode", "full");
    assertThat(world.run()).containsEntry("mode", "incremental");
  }

  @Test
  void shouldIgnoreAWishOfAUserWithoutContacts() {
    UUID other = world.rows.user("other@example.org", "UTC");

    world.beans.get(FullReads.class).want(other);

    assertThat(world.text("SELECT count(*) FROM contacts_sync")).isEqualTo("0");
  }

  @Test
  void shouldKeepAFailedWish() {
    world.run();
    world.addMany(40);
    world.run();
    world.beans.get(FullReads.class).want(world.user);
    world.sandbox.contacts().pretendEmpty(world.person.email(), true);
    assertThat(world.attempt(0).failure()).isInstanceOf(MassArchiveException.class);

    world.sandbox.contacts().pretendEmpty(world.person.email(), false);
    assertThat(world.run()).containsEntry("mode", "full");
  }

  @Test
  void shouldNeverHaveMoreThanTwoFullReadsAtOnceOverAllInstances() throws Exception {
    FullReadPlaces places = places(ROOM);
    List<UUID> connections = connections(8);
    AtomicInteger refused = new AtomicInteger();
    List<Callable<FullReadPlaces.Place>> readers = new ArrayList<>();
    for (UUID connection : connections) {
      readers.add(
          () -> {
            try {
              return places(ROOM).take(connection, true);
            } catch (WaitException wait) {
              refused.incrementAndGet();
              return null;
            }
          });
    }
    List<FullReadPlaces.Place> taken = new ArrayList<>();
    try (ExecutorService all = Executors.newFixedThreadPool(8)) {
      for (Future<FullReadPlaces.Place> each : all.invokeAll(readers)) {
        if (each.get() != null) {
          taken.add(each.get());
        }
      }
    }

    assertThat(taken).hasSizeBetween(1, 2);
    assertThat(refused.get()).isEqualTo(8 - taken.size());
    taken.forEach(FullReadPlaces.Place::close);
    places.take(connections.get(0), true);
    places.take(connections.get(1), true);
    assertThatThrownBy(() -> places.take(connections.get(2), true))
        .isInstanceOf(WaitException.class)
        .hasMessageContaining("full_reads_busy");
  }

  @Test
  void shouldGiveThePlaceOfADeadReaderToAnother() {
    FullReadPlaces places = places(ROOM);
    List<UUID> connections = connections(3);
    places.take(connections.get(0), true);
    FullReadPlaces.Place slow = places.take(connections.get(1), true);

    world.clock.advance(Duration.ofMinutes(10));
    slow.renew();
    world.clock.advance(Duration.ofMinutes(10));

    places.take(connections.get(2), true);
    assertThatThrownBy(() -> places.take(connections.get(0), true))
        .isInstanceOf(WaitException.class);
  }

  @Test
  void shouldSpreadThoseWhoFindNoRoomInsteadOfLettingThemAskAgainAndAgain() {
    List<UUID> connections = connections(50);
    Instant open = world.clock.instant().plusSeconds(40);
    FullReadPlaces places =
        places(
            (limit, subject) -> {
              assertThat(limit + " " + subject).isEqualTo("google-people-full all");
              throw new WaitException(open, "quota");
            });

    List<Instant> turns = new ArrayList<>();
    connections.forEach(connection -> turns.add(turn(places, connection)));

    assertThat(turns.getFirst()).isEqualTo(open);
    assertThat(new HashSet<>(turns)).hasSize(50);
    assertThat(turns.getLast()).isEqualTo(open.plusSeconds(49 * 6));
    assertThat(world.text("SELECT count(*) FROM full_read_places WHERE owner IS NOT NULL"))
        .isEqualTo("0");
    assertThat(turn(places(ROOM), connections.getLast()))
        .as("who comes early is sent back to the own turn")
        .isEqualTo(turns.getLast());
  }

  @Test
  void shouldNotSendWhoFindsNoRoomAtHisTurnBehindAllOthers() {
    List<UUID> connections = connections(50);
    Quota full =
        (limit, subject) -> {
          throw new WaitException(world.clock.instant().plusSeconds(30), "quota");
        };
    List<Instant> turns = new ArrayList<>();
    connections.forEach(connection -> turns.add(turn(places(full), connection)));
    world.clock.set(turns.get(2));

    List<Instant> again = new ArrayList<>();
    connections.subList(0, 3).forEach(each -> again.add(turn(places(full), each)));

    Instant soon = world.clock.instant().plusSeconds(30);
    assertThat(again).containsExactly(soon, soon.plusSeconds(6), soon.plusSeconds(12));
    assertThat(again.getLast()).isBefore(turns.getLast());
    places(ROOM).take(connections.getFirst(), false).close();
  }

  @Test
  void shouldLetAUserWhoLooksOnGoAheadOfTheQueue() {
    UUID connection = connections(1).getFirst();
    Instant open = world.clock.instant().plusSeconds(40);
    FullReadPlaces full =
        places(
            (limit, subject) -> {
              throw new WaitException(open, "quota");
            });
    assertThat(turn(full, connection)).isEqualTo(open);

    places(ROOM).take(connection, true).close();

    assertThat(world.text("SELECT full_turn_at IS NULL FROM contacts_sync")).isEqualTo("t");
  }

  @Test
  void shouldWaitForRoomWithoutForgettingTheTokenOrUsingAnAttempt() {
    world.run();
    String token = world.text("SELECT sync_token FROM contacts_sync");
    world.clock.advance(Duration.ofDays(6));
    List<UUID> others = connections(2);
    FullReadPlaces places = places(ROOM);
    List<FullReadPlaces.Place> held =
        others.stream().map(other -> places.take(other, true)).toList();
    world.sandbox.requests().clear();

    assertThat(world.attempt(0).failure())
        .isInstanceOfSatisfying(
            WaitException.class, wait -> assertThat(wait.reason()).isEqualTo("full_reads_busy"));

    assertThat(world.requests("/people")).isEmpty();
    assertThat(world.text("SELECT sync_token FROM contacts_sync WHERE sync_token IS NOT NULL"))
        .isEqualTo(token);
    assertThat(world.attempt(Map.of("trigger", "manual"), 0).failure())
        .as("two at once is what Google bears, whoever asks")
        .isInstanceOf(WaitException.class);
    held.forEach(FullReadPlaces.Place::close);
    world.clock.advance(Duration.ofMinutes(1));

    assertThat(world.run()).containsEntry("mode", "full");
  }

  private static Instant turn(FullReadPlaces places, UUID connection) {
    try {
      places.take(connection, false).close();
      throw new AssertionError("There was room");
    } catch (WaitException wait) {
      return wait.until();
    }
  }

  /** As another instance has it. */
  private FullReadPlaces places(Quota quota) {
    JobBeans beans = world.beans;
    JdbcClient jdbc = beans.jdbc();
    return new FullReadPlaces(jdbc, world.clock, quota, settings);
  }

  private List<UUID> connections(int number) {
    List<UUID> connections = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      UUID other = world.rows.user("other" + i + "@example.org", "UTC");
      UUID connection = world.rows.connection(other, "google_contacts");
      world.rows.add("INSERT INTO contacts_sync (connection_id) VALUES (:a)", connection);
      connections.add(connection);
    }
    return connections;
  }
}
