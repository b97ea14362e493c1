package dev.millrace.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.sandbox.SandboxUser;
import dev.millrace.sandbox.mail.MailServer;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TokenHealthReminderRouteTest extends RunningMillrace {

  @Test
  void shouldTellTheUserByEmailOnceThatTheGrantIsDead() {
    SandboxUser person = SANDBOX.users().get(0);
    UUID connection = rows.connection(user(person), "google_calendar");
    rows.add("UPDATE google_connections SET status = 'needs_reauth' WHERE id = :a", connection);
    int before = SANDBOX.mail().messagesTo(person.email()).size();

    assertThat(
            run("token-health-reminder", Map.of("connectionId", connection.toString())).toString())
        .contains("\"opened\":1", "\"messages\":1");
    assertThat(run("token-health-reminder", Map.of()).toString())
        .contains("\"opened\":0", "\"messages\":0");

    await()
        .untilAsserted(
            () ->
                assertThat(SANDBOX.mail().messagesTo(person.email()))
                    .hasSize(before + 1)
                    .last()
                    .satisfies(
                        mail ->
                            assertThat(MailServer.text(mail))
                                .contains("https://millrace.example/settings/connections")));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("SELECT state FROM outbound_messages").query(String.class).list())
                    .containsExactly("sent"));
    assertThat(added("batch-notifications")).hasSize(1);
  }
}
