package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.account.Integration;
import dev.millrace.cache.Cache;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.Caches;
import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.calendar.EventDraft;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Which jobs drop which cached entries, and that they leave those of others alone. */
class CacheRoutesTest extends RunningMillrace {

  @Autowired Caches caches;

  @BeforeEach
  void emptyCache() {
    redis.delete(redis.keys("cache:*"));
  }

  @Test
  void shouldDropFreeSlotsWhenASyncFoundBusyTimeChanged() {
    SandboxUser person = SANDBOX.users().get(7);
    UUID user = user(person);
    connect(user, person, Integration.GOOGLE_CALENDAR);
    SANDBOX
        .calendars()
        .add(
            person.email(),
            "primary",
            EventDraft.timed("dentist", ZonedDateTime.now().plusDays(2), Duration.ofHours(1)));
    Entry own = stored("free-slots", user, "june", "july");
    Entry others = stored("free-slots", UUID.randomUUID(), "june", "july");

    run("calendar-sync", Map.of("userId", user.toString()));
    assertThat(own.isThere()).isFalse();
    assertThat(others.isThere()).isTrue();

    awaitIdle();
    Entry again = stored("free-slots", user, "june", "july");
    run("calendar-sync", Map.of("userId", user.toString()));
    assertThat(again.isThere()).isTrue();
  }

  @Test
  void shouldDropContactsWhenASyncChangedThem() {
    SandboxUser person = SANDBOX.users().get(4);
    UUID user = user(person);
    connect(user, person, Integration.GOOGLE_CONTACTS);
    SANDBOX.contacts().add(person.email(), ContactDraft.named("Ada", "Lovelace"));
    Entry list = stored("contact-list", user);
    Entry profile = stored("contact-profile", "ada", user);
    Entry others = stored("contact-profile", "bob", UUID.randomUUID());

    run("google-contacts-sync", Map.of("userId", user.toString()));
    assertThat(list.isThere()).isFalse();
    assertThat(profile.isThere()).isFalse();
    assertThat(others.isThere()).isTrue();

    Entry again = stored("contact-list", user);
    run("google-contacts-sync", Map.of("userId", user.toString()));
    assertThat(again.isThere()).isTrue();
  }

  @Test
  void shouldDropSuggestionsThatGoWithADeletedContact() {
    SandboxUser person = SANDBOX.users().get(5);
    UUID user = user(person);
    connect(user, person, Integration.GOOGLE_CONTACTS);
    String ada = SANDBOX.contacts().add(person.email(), ContactDraft.named("Ada", "Lovelace"));
    run("google-contacts-sync", Map.of("userId", user.toString()));
    awaitIdle();
    Entry list = stored("pending-suggestions", user);
    run("google-contacts-sync", Map.of("userId", user.toString()));
    assertThat(list.isThere()).isTrue();

    SANDBOX.contacts().delete(person.email(), ada);
    run("google-contacts-sync", Map.of("userId", user.toString()));

    assertThat(list.isThere()).isFalse();
  }

  @Test
  void shouldDropContactsAlsoWhenTheSyncFailsHalfWay() {
    SandboxUser person = SANDBOX.users().get(6);
    UUID user = user(person);
    connect(user, person, Integration.GOOGLE_CONTACTS);
    for (int number = 0; number < 1_001; number++) {
      SANDBOX.contacts().add(person.email(), ContactDraft.named("Contact", "Number " + number));
    }
    Entry list = stored("contact-list", user);
    SANDBOX.faults().add(Fault.serverError(Service.PEOPLE, 503).withQuery("pageToken"));

    String id =
        add("bullmq:google-contacts-sync?attempts=1", Map.of("userId", user.toString()), Map.of());

    assertThat(ended("google-contacts-sync", id).failedReason()).contains("http_503");
    assertThat(list.isThere()).isFalse();
  }

  @Test
  void shouldDropSuggestionsWhenThereAreNewOnes() {
    UUID user = connectedUser();
    rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    Entry list = stored("pending-suggestions", user);
    Entry others = stored("pending-suggestions", UUID.randomUUID());

    run("suggestion-generation", Map.of("userId", user.toString()));
    assertThat(list.isThere()).isFalse();
    assertThat(others.isThere()).isTrue();

    Entry again = stored("pending-suggestions", user);
    run("suggestion-generation", Map.of("userId", user.toString()));
    assertThat(again.isThere()).as("the run before may have died before its drop").isFalse();
  }

  @Test
  void shouldDropSuggestionsWhenTheyAreRepaired() {
    UUID user = connectedUser();
    UUID contact = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    // nothing is free in the past, so it must move or go
    rows.suggestion(user, contact, "2026-01-05T12:00:00Z", "2026-01-05T13:00:00Z");
    Entry list = stored("pending-suggestions", user);

    assertThat(
            run("suggestion-regeneration", Map.of("userId", user.toString()))
                .path("conflicts")
                .asInt())
        .isOne();
    await().untilAsserted(() -> assertThat(list.isThere()).isFalse());

    awaitIdle();
    Entry again = stored("pending-suggestions", user);
    run("suggestion-regeneration", Map.of("userId", user.toString()));
    assertThat(again.isThere()).as("the run before may have died before its drop").isFalse();
  }

  @Test
  void shouldDropSuggestionsThatExpire() {
    UUID late = rows.user("late@example.org", "UTC");
    UUID early = rows.user("early@example.org", "UTC");
    offer(late, Instant.now().plus(Duration.ofMinutes(10)));
    offer(early, Instant.now().plus(Duration.ofDays(3)));
    Entry gone = stored("pending-suggestions", late);
    Entry kept = stored("pending-suggestions", early);

    assertThat(run("notification-reminder", Map.of()).path("expired").asInt()).isOne();

    assertThat(gone.isThere()).isFalse();
    assertThat(kept.isThere()).isTrue();
  }

  private void offer(UUID user, Instant start) {
    UUID contact = rows.contact(user, "Bob", "weekly", "2026-01-01T00:00:00Z");
    rows.suggestion(user, contact, start.toString(), start.plusSeconds(3600).toString());
  }

  private UUID connectedUser() {
    UUID user = rows.user(UUID.randomUUID() + "@example.org", "UTC");
    UUID connection = rows.connection(user, "google_calendar");
    rows.calendar(connection);
    rows.syncState(connection, Instant.now(), Instant.now());
    return user;
  }

  private Entry stored(String name, Object... values) {
    Cache<String> cache = caches.cache(name, String.class);
    CacheKey key = cache.key(values);
    await()
        .until(
            () -> {
              cache.set(key, "x");
              return cache.exists(key);
            });
    return new Entry(cache, key);
  }

  private record Entry(Cache<String> cache, CacheKey key) {

    boolean isThere() {
      return cache.exists(key);
    }
  }
}
