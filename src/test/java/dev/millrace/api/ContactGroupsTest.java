package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.transaction.support.TransactionOperations;

/** What a user does with groups of Google's. */
class ContactGroupsTest extends RunningHttp {

  private static final String GROUPS = "/api/contacts/groups";
  private static final String TENNIS = GROUPS + "/contactGroups/tennis";

  @Autowired TransactionOperations transaction;

  private UUID user;
  private UUID own;

  @BeforeEach
  void connect() {
    user = signUp();
    UUID connection =
        one(
            """
            INSERT INTO google_connections (user_id, integration, refresh_token_enc)
            VALUES (:a, 'google_contacts', '\\x01') RETURNING id
            """,
            user);
    own = one("INSERT INTO contact_groups (user_id, name) VALUES (:a, 'Club') RETURNING id", user);
    UUID ada = one("INSERT INTO contacts (user_id, name) VALUES (:a, 'Ada') RETURNING id", user);
    jdbc.sql(
            """
            INSERT INTO google_groups (connection_id, resource_name, name, member_count,
                                       suggest_action, suggest_group, suggest_score)
            VALUES (:connection, 'contactGroups/tennis', 'Tennis', 1, 'map_to_existing', :own, 0.83)
            """)
        .param("connection", connection)
        .param("own", own)
        .update();
    jdbc.sql("INSERT INTO google_group_members VALUES (:ada, 'contactGroups/tennis')")
        .param("ada", ada)
        .update();
    jdbc.sql(
            """
            INSERT INTO notices (user_id, kind, subject_key)
            VALUES (:user, 'group_mapping_review', :user::text)
            """)
        .param("user", user)
        .update();
  }

  @Test
  void shouldListGroupsWithWhatIsProposed() throws Exception {
    JsonNode group = tree(askAs(user, "GET", GROUPS, null)).path("groups").path(0);

    assertThat(group.path("resourceName").asText()).isEqualTo("contactGroups/tennis");
    assertThat(group.path("mapping").asText()).isEqualTo("pending");
    assertThat(group.path("suggestion").path("groupId").asText()).isEqualTo(own.toString());
    assertThat(group.path("suggestion").path("groupName").asText()).isEqualTo("Club");
    assertThat(group.path("suggestion").path("score").asDouble()).isEqualTo(0.83);
  }

  @Test
  void shouldFillTheGroupThatTheUserApproves() throws Exception {
    JsonNode group = tree(put("{\"mapping\":\"approved\",\"groupId\":\"" + own + "\"}"));

    assertThat(group.path("mapping").asText()).isEqualTo("approved");
    assertThat(group.path("groupName").asText()).isEqualTo("Club");
    assertThat(group.path("suggestion").isNull()).isTrue();
    assertThat(members()).containsExactly("Club Ada google");
    assertThat(openNotices()).as("nothing waits any more").isZero();
  }

  @Test
  void shouldMakeANewGroupOnceAndEmptyItWhenTheUserThinksBetterOfIt() throws Exception {
    JsonNode made = tree(put("{\"mapping\":\"approved\",\"newGroupName\":\" Tennis \"}"));
    assertThat(made.path("groupName").asText()).isEqualTo("Tennis");
    assertThat(members()).containsExactly("Tennis Ada google");

    HttpResponse<String> taken = put("{\"mapping\":\"approved\",\"newGroupName\":\"club\"}");
    assertThat(taken.statusCode()).isEqualTo(409);
    assertThat(tree(taken).path("type").asText()).endsWith(":name-taken");
    assertThat(tree(taken).at("/errors/0/field").asText()).isEqualTo("newGroupName");
    assertThat(tree(taken).at("/errors/0/value").asText()).isEqualTo("club");
    assertThat(members()).containsExactly("Tennis Ada google");

    assertThat(tree(put("{\"mapping\":\"rejected\"}")).path("mapping").asText())
        .isEqualTo("rejected");
    assertThat(members()).isEmpty();
  }

  @Test
  void shouldShowNobodyTheGroupsOfOthersNorLetThemDecide() throws Exception {
    UUID stranger = signUp();
    UUID theirs =
        one(
            "INSERT INTO contact_groups (user_id, name) VALUES (:a, 'Theirs') RETURNING id",
            stranger);

    assertThat(tree(askAs(stranger, "GET", GROUPS, null)).path("groups")).isEmpty();
    assertThat(askAs(stranger, "PUT", TENNIS, "{\"mapping\":\"rejected\"}").statusCode())
        .isEqualTo(404);
    assertThat(put("{\"mapping\":\"approved\",\"groupId\":\"" + theirs + "\"}").statusCode())
        .isEqualTo(400);
    assertThat(ask("GET", GROUPS).statusCode()).as("the operator is no user").isEqualTo(403);
    assertThat(openNotices()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"mapping\":\"maybe\"}|mapping",
        "{}|mapping",
        "{\"mapping\":\"approved\"}|groupId",
        "{\"mapping\":\"approved\",\"groupId\":\"club\"}|groupId",
        "{\"mapping\":\"approved\",\"newGroupName\":7}|newGroupName",
        "{\"mapping\":\"rejected\",\"newGroupName\":\"Tennis\"}|mapping",
        "{\"mapping\":\"rejected\",\"colour\":\"red\"}|colour",
      })
  void shouldSayWhatIsWrongWithADecision(String body, String field) throws Exception {
    HttpResponse<String> answer = put(body);

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(answer.body()).contains(field);
    assertThat(members()).isEmpty();
  }

  @Test
  void shouldSayWhichGroupGoogleDoesNotListAndMakeNone() throws Exception {
    HttpResponse<String> unknown =
        askAs(user, "PUT", GROUPS + "/contactGroups/chess", "{\"mapping\":\"rejected\"}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(tree(unknown).at("/errors/0/field").asText()).isEqualTo("id");
    assertThat(tree(unknown).at("/errors/0/value").asText()).isEqualTo("chess");
  }

  @Test
  void shouldMakeNoGroupForOneThatASyncRemovesMeanwhile() throws Exception {
    CompletableFuture<HttpResponse<String>> answer =
        transaction.execute(
            status -> {
              jdbc.sql(
                      """
                      UPDATE google_groups SET removed_at = now() WHERE connection_id =
                        (SELECT id FROM google_connections WHERE user_id = :user)""")
                  .param("user", user)
                  .update();
              CompletableFuture<HttpResponse<String>> asked =
                  CompletableFuture.supplyAsync(
                      () -> {
                        try {
                          return put("{\"mapping\":\"approved\",\"newGroupName\":\"Tennis\"}");
                        } catch (Exception e) {
                          throw new CompletionException(e);
                        }
                      });
              await().until(this::somebodyWaits);
              return asked;
            });

    assertThat(answer.join().statusCode()).isEqualTo(404);
    assertThat(
            jdbc.sql("SELECT name FROM contact_groups WHERE user_id = :user")
                .param("user", user)
                .query(String.class)
                .list())
        .containsExactly("Club");
  }

  private boolean somebodyWaits() {
    return jdbc.sql(
            """
            SELECT EXISTS (SELECT FROM pg_stat_activity
                           WHERE datname = current_database() AND wait_event_type = 'Lock'
                             AND query LIKE 'UPDATE google_groups%')""")
        .query(Boolean.class)
        .single();
  }

  private HttpResponse<String> put(String body) throws Exception {
    return askAs(user, "PUT", TENNIS, body);
  }

  private List<String> members() {
    return jdbc.sql(
            """
            SELECT k.name || ' ' || c.name || ' ' || m.source
            FROM contact_group_members m JOIN contact_groups k ON k.id = m.group_id
            JOIN contacts c ON c.id = m.contact_id WHERE k.user_id = :user
            """)
        .param("user", user)
        .query(String.class)
        .list();
  }

  private long openNotices() {
    return jdbc.sql("SELECT count(*) FROM notices WHERE user_id = :user AND resolved_at IS NULL")
        .param("user", user)
        .query(Long.class)
        .single();
  }

  private UUID one(String sql, UUID a) {
    return jdbc.sql(sql).param("a", a).query(UUID.class).single();
  }
}
