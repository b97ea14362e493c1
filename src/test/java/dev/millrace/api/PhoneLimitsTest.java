package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What keeps codes from being a nuisance, or somebody's income. */
class PhoneLimitsTest extends PhoneClaims {

  @Test
  void shouldGiveAUserTwentyCodesAnHour() throws Exception {
    for (int at = 0; at < 20; at++) {
      assertThat(limits.check(PhoneApi.LIMIT, user.toString()).allowed()).isTrue();
    }

    assertThat(claim(user, freshNumber()).statusCode()).isEqualTo(429);
    assertThat(claim(signUp(), freshNumber()).statusCode()).isEqualTo(202);
  }

  @Test
  void shouldSendAUserThreeCodesAnHourToOneNumber() throws Exception {
    String mine = freshNumber();
    for (int at = 0; at < 3; at++) {
      assertThat(claim(user, mine).statusCode()).isEqualTo(202);
    }

    HttpResponse<String> refused = claim(user, mine);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(tree(refused).path("type").asText()).endsWith("limit-refused");
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
        .isBetween(3000L, 3600L);
    assertThat(refused.body()).doesNotContain(mine.substring(1));
    // somebody else's three keep nobody out
    UUID owner = signUp();
    assertThat(claim(owner, mine).statusCode()).isEqualTo(202);
    assertThat(verify(owner, code(mine, 4)).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldNotFloodAPhoneWithCodesWhoeverAsks() throws Exception {
    String victim = freshNumber();
    for (int at = 0; at < 6; at++) {
      assertThat(claim(signUp(), victim).statusCode()).isEqualTo(202);
    }

    HttpResponse<String> refused = claim(signUp(), victim);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
        .isBetween(85_000L, 86_400L);
    shiftCodes(victim, "25 hours");
    assertThat(claim(signUp(), victim).statusCode()).as("a day later").isEqualTo(202);
  }

  @Test
  void shouldNotSendCodesToEverOtherNumbers() throws Exception {
    String first = freshNumber();
    claim(user, first);
    for (int at = 0; at < 4; at++) {
      assertThat(claim(user, freshNumber()).statusCode()).isEqualTo(202);
    }

    assertThat(claim(user, freshNumber()).statusCode()).isEqualTo(429);
    assertThat(claim(user, first).statusCode()).as("one of the five").isEqualTo(202);
    shiftCodes(first, "25 hours");
    assertThat(claim(user, freshNumber()).statusCode()).as("a day later").isEqualTo(202);
  }

  @Test
  void shouldSendNothingToAPhoneThatTextedStopUntilItTextsStart() throws Exception {
    String strangers = freshNumber();
    UUID waiting = signUp();
    claim(waiting, strangers);
    SANDBOX.phones().text(strangers, "STOP", webhook());
    assertThat(phone(waiting).path("state").asText()).isEqualTo("none");

    HttpResponse<String> refused = claim(signUp(), strangers);

    assertThat(refused.statusCode()).isEqualTo(409);
    assertThat(tree(refused).path("type").asText()).endsWith("phone-opted-out");
    assertThat(tree(refused).path("detail").asText())
        .contains("START", SANDBOX.properties().get("twilio.from"))
        .doesNotContain(strangers);
    assertThat(count("SELECT count(*) FROM refused_numbers WHERE :user = :user")).isPositive();
    SANDBOX.phones().text(strangers, "START", webhook());
    assertThat(claim(waiting, strangers).statusCode()).isEqualTo(202);
  }

  @Test
  void shouldTellAUserWhoOptedOutHowToComeBack() throws Exception {
    text("STOP");
    UUID other = signUp();

    assertThat(claim(user, number).statusCode()).isEqualTo(409);
    assertThat(claim(other, number).statusCode()).as("another's claim").isEqualTo(409);

    text("START");
    assertThat(phone(user).path("state").asText()).isEqualTo("verified");
    assertThat(claim(other, number).statusCode()).isEqualTo(202);
  }

  @Test
  void shouldTellThatACodeDidNotArrive() throws Exception {
    String landline = freshNumber();
    claim(user, landline);
    code(landline, 1);
    assertThat(phone(user).at("/pending/failure").isNull()).isTrue();

    end(landline, "undelivered", "30006");
    assertThat(phone(user).at("/pending/failure").asText()).isEqualTo("not_delivered");
    end(landline, "failed", "21610");
    assertThat(phone(user).at("/pending/failure").asText()).isEqualTo("opted_out");
  }

  @Test
  void shouldGiveANumberToOneOfTwoWhoProveItAtTheSameMoment() throws Exception {
    for (int round = 0; round < 5; round++) {
      String one = freshNumber();
      UUID first = signUp();
      UUID second = signUp();
      claim(first, one);
      String codeOfFirst = code(one, 1);
      claim(second, one);
      String codeOfSecond = code(one, 2);

      List<Integer> answers = new ArrayList<>();
      try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
        Future<HttpResponse<String>> a = threads.submit(() -> verify(first, codeOfFirst));
        Future<HttpResponse<String>> b = threads.submit(() -> verify(second, codeOfSecond));
        answers.add(a.get().statusCode());
        answers.add(b.get().statusCode());
      }

      assertThat(answers).containsOnly(200);
      assertThat(owner(one)).isIn(first.toString(), second.toString());
    }
  }

  @Test
  void shouldAnswerParallelWrongCodesEachWithTheTriesLeft() throws Exception {
    String mine = freshNumber();
    claim(user, mine);
    String wrong = code(mine, 1).equals("000000") ? "000001" : "000000";

    List<Future<HttpResponse<String>>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int at = 0; at < 8; at++) {
        all.add(threads.submit(() -> verify(user, wrong)));
      }
    }

    List<Integer> statuses = new ArrayList<>();
    for (Future<HttpResponse<String>> one : all) {
      statuses.add(one.get().statusCode());
    }
    assertThat(statuses).containsOnly(400, 409);
    assertThat(statuses.stream().filter(status -> status == 400)).hasSize(4);
  }

  private void shiftCodes(String to, String by) {
    jdbc.sql(
            "UPDATE outbound_messages SET created_at = created_at - CAST(:by AS interval)"
                + " WHERE to_address = :to")
        .param("by", by)
        .param("to", to)
        .update();
  }

  private void end(String to, String state, String code) {
    jdbc.sql(
            "UPDATE outbound_messages SET state = CAST(:state AS msg_state), provider_code = :code"
                + " WHERE to_address = :to")
        .param("state", state)
        .param("code", code)
        .param("to", to)
        .update();
  }
}
