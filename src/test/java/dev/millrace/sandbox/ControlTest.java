package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same control over HTTP, and the page. */
class ControlTest {

  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;

  @BeforeEach
  void start() {
    sandbox = Sandbox.start(SandboxOptions.defaults().withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private Client.Answer control(String method, String path, String body) throws IOException {
    return client.send(method, sandbox.page() + "sandbox/" + path, null, "application/json", body);
  }

  private String ofUser(String path) {
    return "users/" + user.email() + "/" + path;
  }

  @Test
  void faultsAreSetListedAndCleared() throws IOException {
    Client.Answer set =
        control(
            "POST",
            "faults",
            "{\"service\":\"calendar\",\"status\":429,\"retryAfterSeconds\":120,\"times\":2}");
    assertThat(set.json().at("/faults/0/times").asInt()).isEqualTo(2);

    Client.Answer refused = client.calendar(null, "/users/me/calendarList");

    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("120");
    control("DELETE", "faults", "");
    assertThat(client.calendar(null, "/users/me/calendarList").status()).isEqualTo(401);
    assertThat(control("POST", "faults", "{\"service\":\"fax\",\"status\":500}").text())
        .contains("fax")
        .contains("CALENDAR");
  }

  @Test
  void requestsAreCounted() throws IOException {
    client.refresh(user.calendarRefreshToken());
    client.calendar(null, "/users/me/calendarList");

    assertThat(control("GET", "requests", "").json().path("count").asInt()).isEqualTo(2);
    Client.Answer tokens = control("GET", "requests?service=oauth&path=/token", "");
    assertThat(tokens.json().path("count").asInt()).isEqualTo(1);
    assertThat(tokens.json().at("/requests/0/account").asText()).isEqualTo(user.email());
    control("DELETE", "requests", "");
    assertThat(control("GET", "requests", "").json().path("count").asInt()).isZero();
  }

  @Test
  void grantsAreRevokedNarrowedAndRestored() throws IOException {
    control("POST", ofUser("revoke"), "{\"integration\":\"calendar\"}");
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(400);
    assertThat(client.refresh(user.contactsRefreshToken()).status()).isEqualTo(200);
    control("POST", ofUser("revoke"), "");
    assertThat(client.refresh(user.contactsRefreshToken()).status()).isEqualTo(400);
    control("POST", ofUser("restore"), "");
    assertThat(client.refresh(user.calendarRefreshToken()).status()).isEqualTo(200);
    control("POST", ofUser("scopes"), "{\"integration\":\"calendar\",\"scopes\":[\"openid\"]}");
    assertThat(client.refresh(user.calendarRefreshToken()).json().path("scope").asText())
        .isEqualTo("openid");
    String token = client.accessToken(user.contactsRefreshToken());
    control("POST", ofUser("expire"), "{\"what\":\"access-tokens\"}");
    assertThat(client.people(token, "/contactGroups").status()).isEqualTo(401);
  }

  @Test
  void calendarsAndEventsAreAddedMovedCancelledAndDeleted() throws IOException {
    String token = client.accessToken(user.calendarRefreshToken());
    control("POST", ofUser("calendars"), "{\"id\":\"work\",\"summary\":\"Work\"}");
    String single =
        id(
            control(
                "POST",
                ofUser("calendars/work/events"),
                "{\"summary\":\"Call\",\"start\":\"2026-03-03T10:00\",\"minutes\":30}"));
    String series =
        id(
            control(
                "POST",
                ofUser("calendars/work/events"),
                "{\"summary\":\"Out\",\"start\":\"2026-03-04\",\"eventType\":\"outOfOffice\","
                    + "\"recurrence\":\"RRULE:FREQ=DAILY;COUNT=3\"}"));

    control(
        "PATCH",
        ofUser("calendars/work/events/" + single),
        "{\"start\":\"2026-03-03T20:00:00Z\",\"summary\":\"Moved\"}");
    control("DELETE", ofUser("calendars/work/events/" + series + "?originalStart=2026-03-05"), "");

    List<JsonNode> items =
        client.calendar(token, "/calendars/work/events", "singleEvents", "true").items();
    assertThat(items).extracting(i -> i.path("summary").asText()).contains("Moved").hasSize(3);
    assertThat(items)
        .extracting(i -> i.at("/start/date").asText())
        .contains("2026-03-04", "2026-03-06")
        .doesNotContain("2026-03-05");
    assertThat(items)
        .filteredOn(i -> i.path("summary").asText().equals("Moved"))
        .extracting(i -> i.at("/start/dateTime").asText())
        .containsExactly("2026-03-03T15:00:00-05:00");
    control("DELETE", ofUser("calendars/work/events/" + series), "");
    assertThat(client.calendar(token, "/calendars/work/events", "singleEvents", "true").items())
        .hasSize(1);
    control("DELETE", ofUser("calendars/work"), "");
    assertThat(client.calendar(token, "/calendars/work/events").status()).isEqualTo(404);
  }

  private static String id(Client.Answer answer) {
    return answer.json().path("id").asText();
  }

  @Test
  void contactsAreAddedAndDeleted() throws IOException {
    String resource =
        control(
                "POST",
                ofUser("contacts"),
                "{\"givenName\":\"Ada\",\"familyName\":\"Quinn\",\"email\":\"a@mail.example\"}")
            .json()
            .path("resourceName")
            .asText();
    assertThat(sandbox.contacts().contacts(user.email())).hasSize(1);

    control("DELETE", ofUser("contacts/" + resource.substring(7)), "");

    assertThat(sandbox.contacts().contacts(user.email())).isEmpty();
  }

  @Test
  void mistakesAreExplained() throws IOException {
    assertThat(control("POST", "users/nobody@example.com/revoke", "").text())
        .contains("nobody@example.com")
        .contains(user.email());
    Client.Answer noStart =
        control("POST", ofUser("calendars/primary/events"), "{\"summary\":\"x\"}");
    assertThat(noStart.status()).isEqualTo(400);
    assertThat(noStart.text()).contains("start");
    assertThat(
            control(
                    "POST",
                    ofUser("calendars/primary/events"),
                    "{\"summary\":\"x\",\"start\":\"soon\"}")
                .status())
        .isEqualTo(400);
    assertThat(control("DELETE", ofUser("calendars/primary/events/none"), "").status())
        .isEqualTo(400);
    assertThat(control("GET", "nonsense", "").status()).isEqualTo(404);
    assertThat(control("GET", "", "").status()).isEqualTo(404);
  }

  @Test
  void thePageShowsWhatHappenedAndEscapesIt() throws IOException {
    client.sms(
        "To", "+12125550123", "From", client.setting("twilio.from"), "Body", "<script>x</script>");
    client.refresh(user.calendarRefreshToken());

    Client.Answer page = client.get(sandbox.page(), null);

    assertThat(page.status()).isEqualTo(200);
    assertThat(page.text())
        .contains(user.email())
        .contains("&lt;script&gt;x&lt;/script&gt;")
        .contains("POST /token")
        .doesNotContain("<script>")
        .doesNotContain(user.calendarRefreshToken());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example",
        "Host: 127.0.0.1\r\nOrigin: https://evil.example",
        "Host: 127.0.0.1\r\nOrigin: null"
      })
  void otherSitesCannotReachInThroughABrowser(String headers) throws IOException {
    // By hand, because the JDK's client sets Host itself.
    try (Socket socket = new Socket("127.0.0.1", URI.create(sandbox.page()).getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /sandbox/users HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      assertThat(answer.readLine()).contains(" 403 ");
    }
  }
}
