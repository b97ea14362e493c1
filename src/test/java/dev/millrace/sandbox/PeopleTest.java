package dev.millrace.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.TestClock;
import dev.millrace.sandbox.http.Fault;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.people.ContactDraft;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeopleTest {

  private static final String CONNECTIONS = "/people/me/connections";
  private static final String FIELDS =
      "names,emailAddresses,phoneNumbers,organizations,addresses,memberships,metadata";

  private final TestClock clock = new TestClock("2026-03-02T09:00:00Z");
  private Sandbox sandbox;
  private Client client;
  private SandboxUser user;

  @BeforeEach
  void start() {
    sandbox = Sandbox.start(SandboxOptions.defaults().clock(clock).withoutData());
    client = new Client(sandbox);
    user = sandbox.users().get(0);
  }

  @AfterEach
  void stop() {
    sandbox.close();
  }

  private String token() throws IOException {
    return client.accessToken(user.contactsRefreshToken());
  }

  @Test
  void aPersonHasWhatTheMaskAsksForAndNothingElse() throws IOException {
    String group = sandbox.contacts().addGroup(user.email(), "Choir");
    String resource =
        sandbox
            .contacts()
            .add(
                user.email(),
                ContactDraft.named("Ada", "Quinn")
                    .emails("ada@mail.example", "quinn@home.example")
                    .phones("+12125550199", "(212) 555-0198")
                    .organization("Lumen")
                    .city("Boston")
                    .groups(group));

    JsonNode full =
        client.people(token(), CONNECTIONS, "personFields", FIELDS).list("connections").get(0);
    JsonNode names =
        client.people(token(), CONNECTIONS, "personFields", "names").list("connections").get(0);

    assertThat(full.path("resourceName").asText()).isEqualTo(resource);
    assertThat(full.at("/names/0/displayName").asText()).isEqualTo("Ada Quinn");
    assertThat(full.at("/emailAddresses/1/value").asText()).isEqualTo("quinn@home.example");
    assertThat(full.at("/emailAddresses/0/metadata/primary").asBoolean()).isTrue();
    assertThat(full.at("/phoneNumbers/0/canonicalForm").asText()).isEqualTo("+12125550199");
    assertThat(full.at("/phoneNumbers/1").has("canonicalForm")).isFalse();
    assertThat(full.at("/memberships/0/contactGroupMembership/contactGroupResourceName").asText())
        .isEqualTo(group);
    assertThat(full.at("/metadata/sources/0/type").asText()).isEqualTo("CONTACT");
    assertThat(names.has("emailAddresses")).isFalse();
    assertThat(names.has("metadata")).isFalse();
  }

  @Test
  void anEmptyAddressBookHasNoConnectionsField() throws IOException {
    Client.Answer answer = client.people(token(), CONNECTIONS, "personFields", "names");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.json().has("connections")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "personFields, shoeSize",
    "pageSize, 0",
    "pageSize, 1001",
    "pageSize, all",
    "requestSyncToken, yes",
    "sortOrder, BY_AGE",
    "sources, MEMORY",
    "pageToken, x",
    "maxResults, 10"
  })
  void wrongParametersAreInvalidArguments(String name, String value) throws IOException {
    Client.Answer answer =
        name.equals("personFields")
            ? client.people(token(), CONNECTIONS, name, value)
            : client.people(token(), CONNECTIONS, "personFields", "names", name, value);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/status").asText()).isEqualTo("INVALID_ARGUMENT");
  }

  @Test
  void theMaskIsRequired() throws IOException {
    Client.Answer answer = client.people(token(), CONNECTIONS);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().at("/error/message").asText())
        .startsWith("personFields mask is required.");
  }

  @Test
  void sortingAndSyncingExcludeEachOther() throws IOException {
    assertThat(
            client
                .people(
                    token(),
                    CONNECTIONS,
                    "personFields",
                    "names",
                    "requestSyncToken",
                    "true",
                    "sortOrder",
                    "FIRST_NAME_ASCENDING")
                .status())
        .isEqualTo(400);
    assertThat(
            client
                .people(
                    token(),
                    CONNECTIONS,
                    "personFields",
                    "names",
                    "sortOrder",
                    "FIRST_NAME_ASCENDING")
                .status())
        .isEqualTo(200);
  }

  @Test
  void twoAndAHalfThousandComeInThreePagesWithTheTokenOnTheLast() throws IOException {
    for (int i = 0; i < 2_500; i++) {
      sandbox.contacts().add(user.email(), ContactDraft.named("Person", "No" + i));
    }
    List<Integer> sizes = new ArrayList<>();
    Client.Answer page = page(null, null);
    sizes.add(page.list("connections").size());
    while (page.json().has("nextPageToken")) {
      assertThat(page.json().has("nextSyncToken")).isFalse();
      page = page(null, page.json().path("nextPageToken").asText());
      sizes.add(page.list("connections").size());
    }

    assertThat(sizes).containsExactly(1_000, 1_000, 500);
    assertThat(page.json().path("nextSyncToken").asText()).isNotEmpty();
    assertThat(page.json().path("totalItems").asInt()).isEqualTo(2_500);
    assertThat(client.people(token(), CONNECTIONS, "personFields", "names").list("connections"))
        .as("the usual page")
        .hasSize(100);
  }

  @Test
  void withoutAskingThereIsNoSyncToken() throws IOException {
    assertThat(
            client
                .people(token(), CONNECTIONS, "personFields", "names")
                .json()
                .has("nextSyncToken"))
        .isFalse();
  }

  @Test
  void aSyncTellsOfNewChangedAndDeletedPeople() throws IOException {
    String kept = sandbox.contacts().add(user.email(), ContactDraft.named("Kept", "One"));
    String gone = sandbox.contacts().add(user.email(), ContactDraft.named("Gone", "Two"));
    sandbox.contacts().add(user.email(), ContactDraft.named("Still", "Three"));
    String sync = full();
    sandbox.contacts().update(user.email(), kept, draft -> draft.organization("New firm"));
    sandbox.contacts().delete(user.email(), gone);
    String fresh = sandbox.contacts().add(user.email(), ContactDraft.named("Fresh", "Four"));

    List<JsonNode> changes = page(sync, null).list("connections");

    assertThat(changes)
        .extracting(p -> p.path("resourceName").asText())
        .containsExactly(kept, gone, fresh);
    assertThat(changes.get(1).at("/metadata/deleted").asBoolean()).isTrue();
    assertThat(changes.get(1).has("names")).isFalse();
    assertThat(changes.get(0).at("/metadata/deleted").asBoolean()).isFalse();
  }

  @Test
  void syncTokensExpireSevenDaysAfterTheFullReadHoweverOftenTheyAreUsed() throws IOException {
    String sync = full();
    for (int day = 1; day < 7; day++) {
      clock.advance(Duration.ofDays(1));
      sync = page(sync, null).json().path("nextSyncToken").asText();
      assertThat(sync).isNotEmpty();
    }
    clock.advance(Duration.ofDays(1).minusSeconds(1));
    assertThat(page(sync, null).status()).isEqualTo(200);
    clock.advance(Duration.ofSeconds(1));

    Client.Answer expired = page(sync, null);

    assertThat(expired.status()).isEqualTo(400);
    assertThat(expired.json().at("/error/status").asText()).isEqualTo("FAILED_PRECONDITION");
    assertThat(expired.json().at("/error/message").asText())
        .isEqualTo(
            "Sync token is expired. Clear local cache and retry call without the sync token.");
    assertThat(expired.json().at("/error/details/0/@type").asText())
        .isEqualTo("type.googleapis.com/google.rpc.ErrorInfo");
    assertThat(expired.json().at("/error/details/0/reason").asText())
        .isEqualTo("EXPIRED_SYNC_TOKEN");
    assertThat(page(full(), null).status()).isEqualTo(200);
  }

  @Test
  void expiryCanBeForcedAndComesAs410OnDemand() throws IOException {
    String sync = full();
    sandbox.faults().add(Fault.answer(Service.PEOPLE, 410, "").withQuery("syncToken"));
    Client.Answer gone = page(sync, null);
    assertThat(gone.status()).isEqualTo(410);
    assertThat(gone.text()).doesNotContain("EXPIRED_SYNC_TOKEN");
    assertThat(page(sync, null).status()).isEqualTo(200);

    sandbox.contacts().expireSyncTokens(user.email());

    assertThat(page(sync, null).reason()).isEqualTo("EXPIRED_SYNC_TOKEN");
  }

  @Test
  void expiryMayComeInWordsOnly() throws IOException {
    String sync = full();
    sandbox.faults().add(Fault.answer(Service.PEOPLE, 400, "FAILED_PRECONDITION"));

    Client.Answer expired = page(sync, null);

    assertThat(expired.status()).isEqualTo(400);
    assertThat(expired.text())
        .contains("Sync token is expired")
        .doesNotContain("EXPIRED_SYNC_TOKEN");
  }

  @Test
  void aLabelCanBeRenamed() throws IOException {
    String choir = sandbox.contacts().addGroup(user.email(), "Choir");

    sandbox.contacts().renameGroup(user.email(), choir, "Singers");

    assertThat(client.people(token(), "/contactGroups", "pageSize", "1000").text())
        .contains("Singers")
        .doesNotContain("Choir");
  }

  @Test
  void parametersMustBeThoseOfTheFirstCall() throws IOException {
    String sync = full();

    Client.Answer other =
        client.people(
            token(),
            CONNECTIONS,
            "personFields",
            "names",
            "pageSize",
            "1000",
            "requestSyncToken",
            "true",
            "syncToken",
            sync);

    assertThat(other.status()).isEqualTo(400);
    assertThat(other.json().at("/error/status").asText()).isEqualTo("INVALID_ARGUMENT");
    for (int i = 0; i < 3; i++) {
      sandbox.contacts().add(user.email(), ContactDraft.named("Person", "No" + i));
    }
    String pageToken =
        client
            .people(token(), CONNECTIONS, "personFields", "names", "pageSize", "1")
            .json()
            .path("nextPageToken")
            .asText();
    assertThat(
            client
                .people(
                    token(),
                    CONNECTIONS,
                    "personFields",
                    "names",
                    "pageSize",
                    "2",
                    "pageToken",
                    pageToken)
                .status())
        .isEqualTo(400);
  }

  @Test
  void theQuotaOfFirstPagesHitsFullReadsOnly() throws IOException {
    String sync = full();
    sandbox
        .faults()
        .add(
            Fault.tooManyRequests(Service.PEOPLE, Duration.ofSeconds(90))
                .onPath("/connections")
                .withoutQuery("syncToken", "pageToken"));

    assertThat(page(sync, null).status()).isEqualTo(200);
    Client.Answer refused = page(null, null);
    assertThat(refused.status()).isEqualTo(429);
    assertThat(refused.header("Retry-After")).isEqualTo("90");
    assertThat(refused.reason()).isEqualTo("RATE_LIMIT_EXCEEDED");
    assertThat(page(null, null).status()).isEqualTo(200);
  }

  @Test
  void aFullAccountCanAnswerWithNothing() throws IOException {
    sandbox.contacts().add(user.email(), ContactDraft.named("Some", "Body"));
    sandbox.contacts().pretendEmpty(user.email(), true);
    assertThat(page(null, null).list("connections")).isEmpty();

    sandbox.contacts().pretendEmpty(user.email(), false);
    assertThat(page(null, null).list("connections")).hasSize(1);
  }

  @Test
  void credentialsAreCheckedInPeoplesOwnWords() throws IOException {
    Client.Answer none = client.people(null, CONNECTIONS, "personFields", "names");
    Client.Answer wrong = client.people("ya29.none", CONNECTIONS, "personFields", "names");
    Client.Answer calendar =
        client.people(
            client.accessToken(user.calendarRefreshToken()), CONNECTIONS, "personFields", "names");

    assertThat(none.status()).isEqualTo(401);
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.json().at("/error/status").asText()).isEqualTo("UNAUTHENTICATED");
    assertThat(calendar.status()).isEqualTo(403);
    assertThat(calendar.reason()).isEqualTo("ACCESS_TOKEN_SCOPE_INSUFFICIENT");
  }

  @Test
  void nothingCanBeWritten() throws IOException {
    String base = client.setting("google.people-base");

    assertThat(client.postJson(base + CONNECTIONS, token(), "{}").status()).isEqualTo(405);
    assertThat(client.postJson(base + "/contactGroups", token(), "{}").status()).isEqualTo(405);
    assertThat(client.postJson(base + "/people:createContact", token(), "{}").status())
        .isEqualTo(404);
  }

  @Test
  void groupsTellTheirKindAndMembersAndArePaged() throws IOException {
    String choir = sandbox.contacts().addGroup(user.email(), "Choir");
    sandbox.contacts().add(user.email(), ContactDraft.named("Ada", "Quinn").groups(choir));

    Client.Answer all = client.people(token(), "/contactGroups", "pageSize", "1000");
    JsonNode group =
        all.list("contactGroups").stream()
            .filter(g -> g.path("resourceName").asText().equals(choir))
            .findFirst()
            .orElseThrow();

    assertThat(group.path("groupType").asText()).isEqualTo("USER_CONTACT_GROUP");
    assertThat(group.path("memberCount").asInt()).isEqualTo(1);
    assertThat(all.list("contactGroups"))
        .filteredOn(g -> g.path("groupType").asText().equals("SYSTEM_CONTACT_GROUP"))
        .hasSize(8);
    Client.Answer first = client.people(token(), "/contactGroups", "pageSize", "5");
    assertThat(first.list("contactGroups")).hasSize(5);
    assertThat(
            client
                .people(
                    token(),
                    "/contactGroups",
                    "pageSize",
                    "5",
                    "pageToken",
                    first.json().path("nextPageToken").asText())
                .list("contactGroups"))
        .hasSize(4);
    assertThat(client.people(token(), "/contactGroups", "pageSize", "1001").status())
        .isEqualTo(400);
    assertThat(client.people(token(), "/contactGroups", "groupFields", "colour").status())
        .isEqualTo(400);
  }

  @Test
  void aDeletedGroupLeavesItsMembersBehind() throws IOException {
    String choir = sandbox.contacts().addGroup(user.email(), "Choir");
    sandbox.contacts().add(user.email(), ContactDraft.named("Ada", "Quinn").groups(choir));
    String sync = client.people(token(), "/contactGroups").json().path("nextSyncToken").asText();

    sandbox.contacts().deleteGroup(user.email(), choir);

    JsonNode change =
        client.people(token(), "/contactGroups", "syncToken", sync).list("contactGroups").get(0);
    assertThat(change.path("resourceName").asText()).isEqualTo(choir);
    assertThat(change.at("/metadata/deleted").asBoolean()).isTrue();
    assertThat(page(null, null).list("connections").get(0).path("memberships")).hasSize(1);
  }

  private String full() throws IOException {
    return page(null, null).json().path("nextSyncToken").asText();
  }

  private Client.Answer page(String syncToken, String pageToken) throws IOException {
    List<String> query =
        new ArrayList<>(
            List.of("personFields", FIELDS, "pageSize", "1000", "requestSyncToken", "true"));
    if (syncToken != null) {
      query.addAll(List.of("syncToken", syncToken));
    }
    if (pageToken != null) {
      query.addAll(List.of("pageToken", pageToken));
    }
    return client.people(token(), CONNECTIONS, query.toArray(String[]::new));
  }
}
