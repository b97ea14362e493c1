package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.TestClock;
import dev.millrace.sandbox.mail.MailServer;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.springframework.mail.MailException;
import org.springframework.mail.SimpleMailMessage;
import org.springframework.mail.javamail.JavaMailSenderImpl;

class SandboxTest {

  private static final SandboxOptions AT_NOON =
      SandboxOptions.defaults().clock(new TestClock("2026-03-02T12:00:00Z"));

  @Test
  void itsSettingsLeadToItself() {
    try (Sandbox sandbox = Sandbox.start(AT_NOON.withoutData())) {
      assertThat(sandbox.properties())
          .containsKeys(
              "google.token-uri",
              "google.revoke-uri",
              "google.calendar-base",
              "google.people-base",
              "google.client-id",
              "google.client-secret",
              "twilio.base",
              "twilio.account-sid",
              "twilio.auth-token",
              "twilio.from",
              "spring.mail.host",
              "spring.mail.port");
      assertThat(sandbox.properties().values())
          .filteredOn(value -> value.startsWith("http"))
          .allMatch(value -> value.startsWith("http://127.0.0.1:"));
    }
  }

  @Test
  void itListensOnTheLoopbackAddressOnlyAndNoLongerAfterClose() throws Exception {
    List<Integer> ports;
    try (Sandbox sandbox = Sandbox.start(AT_NOON.withoutData())) {
      ports = ports(sandbox);
      for (InetAddress address : otherAddresses()) {
        for (int port : ports) {
          assertThatThrownBy(() -> new Socket(address, port).close())
              .isInstanceOf(ConnectException.class);
        }
      }
    }
    for (int port : ports) {
      assertThatThrownBy(() -> new Socket("127.0.0.1", port).close())
          .isInstanceOf(ConnectException.class);
    }
  }

  private static List<Integer> ports(Sandbox sandbox) {
    return List.of(
        URI.create(sandbox.page()).getPort(),
        URI.create(sandbox.properties().get("twilio.base")).getPort(),
        sandbox.mail().port());
  }

  private static List<InetAddress> otherAddresses() throws IOException {
    List<InetAddress> found = new ArrayList<>();
    NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
        .forEach(found::add);
    return found;
  }

  @Test
  void aTakenPortStopsTheStartAndLeavesNothingBehind() {
    try (Sandbox first = Sandbox.start(AT_NOON.withoutData())) {
      int taken = URI.create(first.properties().get("twilio.base")).getPort();
      assertThatThrownBy(() -> Sandbox.start(AT_NOON.withoutData().ports(0, taken, 0)))
          .hasMessageContaining("Twilio")
          .hasMessageContaining(String.valueOf(taken));
    }
    assertThatThrownBy(() -> AT_NOON.ports(0, -1, 0)).hasMessageContaining("twilioPort");
  }

  @Test
  void chosenPortsAreUsedAgainAfterARestart() {
    List<Integer> ports;
    try (Sandbox first = Sandbox.start(AT_NOON.withoutData())) {
      ports = ports(first);
    }
    try (Sandbox second =
        Sandbox.start(AT_NOON.withoutData().ports(ports.get(0), ports.get(1), ports.get(2)))) {
      assertThat(ports(second)).isEqualTo(ports);
    }
  }

  @Test
  void theSameSeedGivesTheSameWorldAndARestartKeepsTheGrants() throws IOException {
    Map<String, String> first;
    List<SandboxUser> users;
    String syncToken;
    try (Sandbox sandbox = Sandbox.start(AT_NOON)) {
      first = world(sandbox);
      users = sandbox.users();
      Client client = new Client(sandbox);
      syncToken =
          client
              .calendar(
                  client.accessToken(users.get(1).calendarRefreshToken()),
                  "/calendars/primary/events",
                  "maxResults",
                  "2500")
              .json()
              .path("nextSyncToken")
              .asText();
    }
    try (Sandbox sandbox = Sandbox.start(AT_NOON)) {
      assertThat(world(sandbox)).isEqualTo(first);
      assertThat(sandbox.users()).isEqualTo(users);
      Client client = new Client(sandbox);
      String access = client.accessToken(users.get(1).calendarRefreshToken());
      assertThat(
              client
                  .calendar(
                      access,
                      "/calendars/primary/events",
                      "maxResults",
                      "2500",
                      "syncToken",
                      syncToken)
                  .status())
          .as("a sync token of an earlier run")
          .isEqualTo(410);
    }
    try (Sandbox sandbox = Sandbox.start(AT_NOON.seed(7))) {
      assertThat(world(sandbox)).isNotEqualTo(first);
      assertThat(sandbox.users().get(0).calendarRefreshToken())
          .isNotEqualTo(users.get(0).calendarRefreshToken());
    }
  }

  private static Map<String, String> world(Sandbox sandbox) {
    Map<String, String> world = new TreeMap<>();
    for (SandboxUser user : sandbox.users()) {
      for (String id : sandbox.calendars().ids(user.email())) {
        world.put(user.email() + id, sandbox.calendars().events(user.email(), id).toString());
      }
      world.put(user.email(), sandbox.contacts().contacts(user.email()).toString());
    }
    return world;
  }

  @Test
  void theDataHoldsEveryKindOfEventAroundToday() throws IOException {
    try (Sandbox sandbox = Sandbox.start(AT_NOON)) {
      Client client = new Client(sandbox);
      int events = 0;
      int contacts = 0;
      int pagesOfBusiest = 0;
      Set<String> zones = new HashSet<>();
      for (SandboxUser user : sandbox.users()) {
        zones.add(user.zone().getId());
        contacts += sandbox.contacts().contacts(user.email()).size();
        String token = client.accessToken(user.calendarRefreshToken());
        Set<String> kinds = new HashSet<>();
        for (String id : sandbox.calendars().ids(user.email())) {
          List<JsonNode> items = readAll(client, token, id);
          events += items.size();
          pagesOfBusiest = Math.max(pagesOfBusiest, items.size());
          items.forEach(item -> kinds.addAll(kinds(item)));
        }
        assertThat(kinds)
            .as(user.email())
            .contains(
                "type default",
                "type outOfOffice",
                "type focusTime",
                "type birthday",
                "type workingLocation",
                "all-day",
                "timed",
                "series",
                "moved",
                "cancelled",
                "tentative",
                "transparent",
                "declined",
                "accepted");
        assertThat(sandbox.calendars().ids(user.email())).hasSizeGreaterThanOrEqualTo(3);
        assertThat(around(client, token, Instant.parse("2026-03-02T12:00:00Z")))
            .as("events around now of " + user.email())
            .isPositive();
      }
      assertThat(sandbox.users()).hasSizeGreaterThanOrEqualTo(8);
      assertThat(zones).hasSizeGreaterThanOrEqualTo(8).contains("Australia/Lord_Howe");
      assertThat(events).isGreaterThan(5_000);
      assertThat(contacts).isGreaterThan(2_500);
      assertThat(pagesOfBusiest).as("one calendar needs two pages").isGreaterThan(2_500);
    }
  }

  private static int around(Client client, String token, Instant now) throws IOException {
    return client
        .calendar(
            token,
            "/calendars/primary/events",
            "singleEvents",
            "true",
            "timeMin",
            now.minusSeconds(86_400).toString(),
            "timeMax",
            now.plusSeconds(86_400).toString())
        .items()
        .size();
  }

  /** As a sync reads: a window, single events, with what is deleted. */
  private static List<JsonNode> readAll(Client client, String token, String id) throws IOException {
    List<JsonNode> items = new ArrayList<>();
    String pageToken = null;
    do {
      List<String> query =
          new ArrayList<>(
              List.of(
                  "singleEvents",
                  "true",
                  "showDeleted",
                  "true",
                  "maxResults",
                  "2500",
                  "timeMin",
                  "2026-01-01T00:00:00Z",
                  "timeMax",
                  "2026-07-01T00:00:00Z"));
      if (pageToken != null) {
        query.addAll(List.of("pageToken", pageToken));
      }
      Client.Answer page =
          client.calendar(
              token, "/calendars/" + Client.encode(id) + "/events", query.toArray(String[]::new));
      assertThat(page.status()).isEqualTo(200);
      items.addAll(page.items());
      pageToken = page.json().path("nextPageToken").asText(null);
    } while (pageToken != null);
    return items;
  }

  private static Set<String> kinds(JsonNode item) {
    Set<String> kinds = new HashSet<>();
    kinds.add("type " + item.path("eventType").asText());
    kinds.add(item.path("status").asText());
    kinds.add(item.path("transparency").asText());
    kinds.add(item.path("start").has("date") ? "all-day" : "timed");
    if (item.has("recurringEventId")) {
      kinds.add("series");
      if (item.has("start") && !item.path("start").equals(item.path("originalStartTime"))) {
        kinds.add("moved");
      }
    }
    item.path("attendees")
        .forEach(
            attendee -> {
              if (attendee.path("self").asBoolean()) {
                kinds.add(attendee.path("responseStatus").asText());
              }
            });
    return kinds;
  }

  @Test
  void mailIsKeptAndTheServerCanGoAway() {
    try (Sandbox sandbox = Sandbox.start(AT_NOON.withoutData())) {
      JavaMailSenderImpl sender = new JavaMailSenderImpl();
      sender.setHost(sandbox.properties().get("spring.mail.host"));
      sender.setPort(Integer.parseInt(sandbox.properties().get("spring.mail.port")));
      SimpleMailMessage message = new SimpleMailMessage();
      message.setFrom("millrace@millrace.example");
      message.setTo("maya.torres@millrace.example");
      message.setSubject("Digest");
      message.setText("Three suggestions");
      sender.send(message);

      List<MimeMessage> received = sandbox.mail().messagesTo("maya.torres@millrace.example");
      assertThat(received).hasSize(1);
      assertThat(MailServer.text(received.get(0))).isEqualTo("Three suggestions");
      assertThat(sandbox.mail().messagesTo("jonas.keller@millrace.example")).isEmpty();

      sandbox.mail().goAway();
      assertThatThrownBy(() -> sender.send(message)).isInstanceOf(MailException.class);
      sandbox.mail().comeBack();
      sender.send(message);
      assertThat(sandbox.mail().messages()).hasSize(1);
    }
  }

  @Test
  void anUnknownUserIsRefusedByName() {
    try (Sandbox sandbox = Sandbox.start(AT_NOON.withoutData())) {
      assertThatThrownBy(() -> sandbox.user("nobody@example.com"))
          .hasMessageContaining("nobody@example.com");
    }
  }
}
