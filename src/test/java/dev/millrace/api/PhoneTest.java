package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/preferences/phone}: a number is a user's once its code came back. */
class PhoneTest extends PhoneClaims {

  @Test
  void shouldProveANumberByTheCodeThatIsSentThere() throws Exception {
    UUID somebody = signUp();
    String mine = freshNumber();
    String written = mine.substring(0, 2) + " (" + mine.substring(2, 5) + ") " + mine.substring(5);

    HttpResponse<String> claimed = claim(somebody, written);
    assertThat(claimed.statusCode()).isEqualTo(202);
    assertThat(claimed.body()).doesNotContain(mine.substring(2, 8));
    assertThat(tree(claimed).path("state").asText()).isEqualTo("pending");
    assertThat(tree(claimed).at("/pending/number").asText()).endsWith(mine.substring(8));
    String code = code(mine, 1);

    HttpResponse<String> verified =
        verify(somebody, code.substring(0, 3) + " " + code.substring(3));
    assertThat(verified.statusCode()).as(verified.body()).isEqualTo(200);
    assertThat(tree(verified).path("state").asText()).isEqualTo("verified");
    assertThat(tree(verified).path("pending").isNull()).isTrue();
    assertThat(owner(mine)).isEqualTo(somebody.toString());
    assertThat(verify(somebody, code).statusCode()).as("used up").isEqualTo(409);
    // the same again needs no code
    assertThat(claim(somebody, mine).statusCode()).isEqualTo(200);
    assertThat(SANDBOX.sms().to(mine)).hasSize(1);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        jdbc.sql("SELECT body FROM outbound_messages WHERE to_address = :number")
                            .param("number", mine)
                            .query(String.class)
                            .list())
                    .as("no code is kept")
                    .containsExactly(""));
  }

  @Test
  void shouldTakeFiveWrongCodesAndNoMore() throws Exception {
    UUID somebody = signUp();
    String mine = freshNumber();
    claim(somebody, mine);
    String code = code(mine, 1);
    String wrong = code.equals("000000") ? "000001" : "000000";

    for (int left = 4; left >= 1; left--) {
      HttpResponse<String> refused = verify(somebody, wrong);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(tree(refused).at("/errors/0/field").asText()).isEqualTo("code");
      assertThat(tree(refused).at("/errors/0/remedy").asText()).contains(left + " tries");
      assertThat(refused.body()).doesNotContain(wrong);
    }
    assertThat(verify(somebody, wrong).statusCode()).isEqualTo(409);
    assertThat(verify(somebody, code).statusCode()).as("the right one, too late").isEqualTo(409);
    assertThat(owner(mine)).isNull();
    assertThat(phone(somebody).path("state").asText()).isEqualTo("none");
  }

  @Test
  void shouldNotTakeACodeAfterTenMinutes() throws Exception {
    UUID somebody = signUp();
    String mine = freshNumber();
    claim(somebody, mine);
    String code = code(mine, 1);
    jdbc.sql("UPDATE phone_verifications SET expires_at = now() WHERE user_id = :user")
        .param("user", somebody)
        .update();

    HttpResponse<String> late = verify(somebody, code);

    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(tree(late).path("detail").asText()).contains("ten minutes", PATH);
    assertThat(verify(signUp(), "123456").statusCode()).as("never asked for").isEqualTo(409);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"number\":\"+12025550123\"}",
        "{\"number\":\"+12025550123\",\"consent\":false}",
        "{\"number\":\"+12025550123\",\"consent\":\"true\"}",
        "{\"number\":\"2025550123\",\"consent\":true}",
        "{\"number\":\"+1\",\"consent\":true}",
        "{\"number\":12025550123,\"consent\":true}",
        "{\"consent\":true}",
        "{}",
        "",
        "{\"number\":\"+12025550123\",\"consent\":true,\"user\":\"x\"}"
      })
  void shouldSayWhatIsWrongWithAClaim(String body) throws Exception {
    HttpResponse<String> refused = askAs(user, "PUT", PATH, body);

    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(tree(refused).at("/errors/0/remedy").asText()).isNotBlank();
    assertThat(count("SELECT count(*) FROM phone_verifications WHERE user_id = :user")).isZero();
  }

  @Test
  void shouldNotLetAStrangersClaimKeepTheOwnerOut() throws Exception {
    UUID stranger = signUp();
    UUID owner = signUp();
    String theirs = freshNumber();
    claim(stranger, theirs);
    code(theirs, 1);
    claim(owner, theirs);

    assertThat(verify(owner, code(theirs, 2)).statusCode()).isEqualTo(200);

    assertThat(owner(theirs)).isEqualTo(owner.toString());
    assertThat(phone(stranger).path("state").asText()).isEqualTo("pending");
    // the owner says stop, and the claims of others end
    jdbc.sql("DELETE FROM user_phones WHERE user_id = :user").param("user", owner).update();
    SANDBOX.phones().text(theirs, "STOP", webhook());
    assertThat(phone(stranger).path("state").asText()).isEqualTo("none");
  }

  @Test
  void shouldGiveANumberToWhoeverProvedItLast() throws Exception {
    UUID waiting = queued();
    UUID next = signUp();
    claim(next, number);

    assertThat(owner(number)).as("a claim alone changes nothing").isEqualTo(user.toString());
    verify(next, code(number, 1));

    assertThat(owner(number)).isEqualTo(next.toString());
    assertThat(phone(user).path("state").asText()).isEqualTo("none");
    assertThat(value("SELECT state FROM outbound_messages WHERE id = :id", waiting))
        .isEqualTo("suppressed");
  }

  @Test
  void shouldStartAnewWithANumberThatCouldNotBeReached() throws Exception {
    jdbc.sql("UPDATE user_phones SET unusable_code = 30005 WHERE user_id = :u")
        .param("u", user)
        .update();
    assertThat(phone(user).path("state").asText()).isEqualTo("unusable");
    claim(user, number);

    assertThat(tree(verify(user, code(number, 1))).path("state").asText()).isEqualTo("verified");
  }

  @Test
  void shouldSendNothingToANumberThatIsRemoved() throws Exception {
    UUID waiting = queued();
    claim(user, freshNumber());

    HttpResponse<String> removed = askAs(user, "DELETE", PATH, null);

    assertThat(removed.statusCode()).isEqualTo(204);
    assertThat(phone(user).path("state").asText()).isEqualTo("none");
    assertThat(phone(user).path("pending").isNull()).isTrue();
    assertThat(value("SELECT state FROM outbound_messages WHERE id = :id", waiting))
        .isEqualTo("suppressed");
    assertThat(askAs(user, "DELETE", PATH, null).statusCode()).as("once more").isEqualTo(204);
  }

  private UUID queued() {
    UUID waiting = sms("reminder", "queued", null);
    jdbc.sql("UPDATE outbound_messages SET not_before = now() + interval '1 h' WHERE id = :id")
        .param("id", waiting)
        .update();
    return waiting;
  }
}
