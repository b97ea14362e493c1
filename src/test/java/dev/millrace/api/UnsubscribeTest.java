package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.notification.UnsubscribeLinks;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** What happens to who clicks "stop these e-mails", or whose mail program does. */
class UnsubscribeTest extends RunningHttp {

  @Autowired private UnsubscribeLinks links;

  @Test
  void shouldStopEmailsWithOneClickOfAMailProgramAndWithoutSigningIn() throws Exception {
    UUID user = signUp();

    HttpResponse<String> answer =
        post(query(user), "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("No more e-mails").doesNotContain(user.toString());
    assertThat(emailEnabled(user)).isFalse();
    assertThat(post(query(user), "multipart/form-data; boundary=x", "--x--").statusCode())
        .as("again, as another mail program does it")
        .isEqualTo(200);
  }

  @Test
  void shouldOnlyAskWhenAProgramOpensTheLinksOfAMail() throws Exception {
    UUID user = signUp();

    HttpResponse<String> page = get(query(user));

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("Content-Type").orElse("")).startsWith("text/html");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("form-action 'self'");
    assertThat(page.body()).contains("method=\"post\"").contains("<button>");
    assertThat(emailEnabled(user)).isTrue();
    assertThat(get("?token=wrong").body()).as("tells nothing of tokens").isEqualTo(page.body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "?token=", "?token=wrong", "?token=%00", "?other=1", "?token=a&token=b"})
  void shouldSayThatAnAddressDoesNotWorkAndNothingMore(String query) throws Exception {
    HttpResponse<String> answer = post(query, "application/x-www-form-urlencoded", "");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("This address does not work").doesNotContain("wrong");
  }

  @Test
  void shouldRefuseATokenThatWasChanged() throws Exception {
    UUID user = signUp();
    String token = query(user);
    for (int at = "?token=".length(); at < token.length() - 1; at += 5) {
      char other = token.charAt(at) == 'A' ? 'B' : 'A';
      String forged = token.substring(0, at) + other + token.substring(at + 1);
      assertThat(post(forged, "text/plain", "").statusCode()).isEqualTo(404);
    }
    assertThat(emailEnabled(user)).isTrue();
  }

  @Test
  void shouldNotFindAUserWhoLeft() throws Exception {
    UUID user = signUp();
    jdbc.sql("UPDATE users SET deleted_at = now() WHERE id = :id").param("id", user).update();

    assertThat(post(query(user), "text/plain", "").statusCode()).isEqualTo(404);
  }

  private String query(UUID user) {
    String address = links.of(user);
    return address.substring(address.indexOf('?'));
  }

  private boolean emailEnabled(UUID user) {
    return jdbc.sql(
            """
            SELECT coalesce((SELECT email_enabled FROM notification_preferences
                             WHERE user_id = :id), true)
            """)
        .param("id", user)
        .query(Boolean.class)
        .single();
  }

  private HttpResponse<String> get(String query) throws Exception {
    return HTTP.send(HttpRequest.newBuilder(address(query)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String query, String type, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(address(query))
            .header("Content-Type", type)
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private URI address(String query) {
    return URI.create("http://localhost:" + port + "/api/unsubscribe" + query);
  }
}
