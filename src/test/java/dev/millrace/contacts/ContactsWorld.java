package dev.millrace.contacts;

import dev.millrace.TestClock;
import dev.millrace.account.Integration;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SandboxBeans;
import dev.millrace.sandbox.Sandbox;
import dev.millrace.sandbox.SandboxOptions;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.http.LoggedRequest;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** A user who connected an empty address book of the sandbox. */
final class ContactsWorld implements AutoCloseable {

  static final Instant START = Instant.parse("2026-03-02T06:00:00Z");

  final TestClock clock = new TestClock(START);
  final Sandbox sandbox;
  final JobBeans beans;
  final Rows rows;
  final ContactsSync sync;
  final SandboxUser person;
  final UUID user;
  final UUID connection;
  private final SandboxBeans world;

  ContactsWorld() {
    this(Map.of());
  }

  ContactsWorld(Map<String, Object> settings) {
    world =
        new SandboxBeans(
            SandboxOptions.defaults().clock(clock).withoutData(),
            settings,
            "dev.millrace.account",
            "dev.millrace.contacts");
    sandbox = world.sandbox;
    beans = world.beans;
    rows = beans.rows();
    sync = beans.get(ContactsSync.class);
    person = sandbox.users().getFirst();
    user = rows.user(person.email(), "UTC");
    connection = world.connect(person, user, Integration.GOOGLE_CONTACTS);
  }

  /** Another user, with the address book of another person of the sandbox. */
  UUID another(int number) {
    SandboxUser other = sandbox.users().get(number);
    UUID otherUser = rows.user(other.email(), "UTC");
    world.connect(other, otherUser, Integration.GOOGLE_CONTACTS);
    return otherUser;
  }

  /** A scheduled run that must go well. */
  Map<String, Object> run() {
    return sync.settle(attempt(0));
  }

  Map<String, Object> runFully() {
    return sync.settle(attempt(Map.of("syncType", "full"), 0));
  }

  ContactsSyncResult attempt(int attemptsMade) {
    return attempt(Map.of(), attemptsMade);
  }

  ContactsSyncResult attempt(Map<String, Object> more, int attemptsMade) {
    Map<String, Object> payload = new HashMap<>(Map.of("userId", user.toString()));
    payload.putAll(more);
    return sync.sync(payload, "job", attemptsMade);
  }

  String add(ContactDraft draft) {
    return sandbox.contacts().add(person.email(), draft);
  }

  void addMany(int number) {
    for (int i = 0; i < number; i++) {
      add(ContactDraft.named("Contact", "Number " + i).emails("c" + i + "@example.org"));
    }
  }

  /** Contacts with an address, as the user enters them. */
  UUID manual(String name, String kind, String value) {
    UUID id = rows.add("INSERT INTO contacts (id, user_id, name) VALUES (:id, :a, :b)", user, name);
    rows.add(
        "INSERT INTO contact_points (contact_id, user_id, kind, value) VALUES (:a, :b, :c, :d)",
        id,
        user,
        kind,
        value);
    return id;
  }

  List<LoggedRequest> requests(String path) {
    return sandbox
        .requests()
        .matching(request -> request.service() == Service.PEOPLE && request.path().contains(path));
  }

  double counted(String meter, String... tags) {
    var counter = beans.get(SimpleMeterRegistry.class).find(meter).tags(tags).counter();
    return counter == null ? 0 : counter.count();
  }

  String text(String sql) {
    return beans.text(sql);
  }

  List<String> texts(String sql) {
    return beans.texts(sql);
  }

  @Override
  public void close() {
    world.close();
  }
}
