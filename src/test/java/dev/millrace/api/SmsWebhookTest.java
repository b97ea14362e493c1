package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sandbox.twilio.Phones;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/sms/webhook}: who may text us, how often, and the words that networks know. */
class SmsWebhookTest extends Texting {

  private static final String PATH = "/api/sms/webhook";

  @Test
  void shouldBelieveNobodyWhoCannotSign() throws Exception {
    SignedForm form = SignedForm.of("MessageSid", "SM1", "From", number, "Body", "STOP");
    String genuine = signature(PATH, form);
    double refused = counted("sms.incoming", "outcome", "refused");

    assertThat(post(PATH, form.body(), null).statusCode()).isEqualTo(403);
    assertThat(post(PATH, form.body(), "").statusCode()).isEqualTo(403);
    assertThat(post(PATH, form.body(), genuine.toLowerCase()).statusCode()).isEqualTo(403);
    assertThat(post(PATH, form.body().replace("STOP", "START"), genuine).statusCode())
        .isEqualTo(403);
    assertThat(post(PATH, form.body() + "&Extra=1", genuine).statusCode()).isEqualTo(403);
    assertThat(post(PATH + "?x=1", form.body(), genuine).statusCode()).isEqualTo(403);
    assertThat(SANDBOX.phones().forge(number, "STOP", webhook()).status()).isEqualTo(403);
    assertThat(counted("sms.incoming", "outcome", "refused")).isEqualTo(refused + 7);
    assertThat(optedOut()).isNull();
  }

  @Test
  void shouldBelieveWhatTwilioSignsHoweverItIsWritten() throws Exception {
    SignedForm twice =
        SignedForm.of(
            "MessageSid",
            "SM" + UUID.randomUUID(),
            "From",
            number,
            "Body",
            "caf\u00e9 \uD83D\uDE00 + & =",
            "Media",
            "b",
            "Media",
            "a",
            "Media",
            "b",
            "Empty",
            "");

    assertThat(post(PATH, twice).statusCode()).isEqualTo(200);
    SignedForm form = SignedForm.of("MessageSid", "SM" + UUID.randomUUID(), "From", number);
    assertThat(post(PATH + "?hook=a%20b", form).statusCode()).isEqualTo(200);
  }

  @Test
  void shouldSayWhatIsWrongWithAFormThatIsSigned() throws Exception {
    HttpResponse<String> nameless = post(PATH, SignedForm.of("From", number, "Body", "1"));
    HttpResponse<String> sourceless = post(PATH, SignedForm.of("MessageSid", "SM1", "Body", "1"));

    assertThat(nameless.statusCode()).isEqualTo(400);
    assertThat(tree(nameless).at("/errors/0/field").asText()).isEqualTo("MessageSid");
    assertThat(tree(sourceless).at("/errors/0/field").asText()).isEqualTo("From");
    assertThat(post(PATH, "Body=%zz", "x").statusCode()).isEqualTo(400);
    assertThat(post(PATH, "Body=" + "a".repeat(FormBody.MOST), "x").statusCode()).isEqualTo(413);
  }

  @Test
  void shouldTellStrangersNothing() {
    Phones.Reply stranger = SANDBOX.phones().text(freshNumber(), "HELP", webhook());
    jdbc.sql("UPDATE user_phones SET verified_at = NULL WHERE user_id = :user")
        .param("user", user)
        .update();

    assertThat(stranger.status()).isEqualTo(200);
    assertThat(stranger.twiml()).endsWith("<Response/>");
    assertThat(text("HELP").twiml()).isEqualTo(stranger.twiml());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "STOP",
        "stop",
        " Stop ",
        "STOPALL",
        "Unsubscribe",
        "CANCEL",
        "end",
        "QUIT",
        "OptOut",
        "revoke",
        "\uFF33\uFF34\uFF2F\uFF30"
      })
  void shouldStopTextMessages(String word) {
    Phones.Reply reply = text(word);

    // Twilio confirms it; a second answer would be refused
    assertThat(reply.twiml()).endsWith("<Response/>");
    assertThat(optedOut()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"START", "yes", "Unstop"})
  void shouldStartTextMessagesAgain(String word) {
    text("STOP");

    assertThat(text(word).twiml()).endsWith("<Response/>");
    assertThat(optedOut()).isNull();
    assertThat(text(word).text()).contains("You get text messages");
  }

  @ParameterizedTest
  @ValueSource(strings = {"please stop", "stop texting me", "Stop.", "stop all"})
  void shouldStopInTheUsersOwnWordsAndSaySoBecauseTwilioDoesNot(String text) {
    Phones.Reply reply = text(text);

    assertThat(optedOut()).isNotNull();
    assertThat(reply.text()).contains("no more text messages");
  }

  @Test
  void shouldNotAnswerASecondTimeWhatTwilioHasAnswered() throws Exception {
    SignedForm help =
        SignedForm.of(
            "MessageSid",
            "SM" + UUID.randomUUID(),
            "From",
            number,
            "Body",
            "AYUDA",
            "OptOutType",
            "HELP");
    SignedForm stop =
        SignedForm.of(
            "MessageSid",
            "SM" + UUID.randomUUID(),
            "From",
            number,
            "Body",
            "ALTO",
            "OptOutType",
            "STOP");

    assertThat(post(PATH, help).body()).endsWith("<Response/>");
    assertThat(text("HELP").text()).contains("1 NO", "STOP");
    assertThat(text("help!").text()).contains("1 NO", "STOP");
    assertThat(post(PATH, stop).body()).endsWith("<Response/>");
    assertThat(optedOut()).isNotNull();
  }

  @Test
  void shouldWorkOnTwentyMessagesAnHourHoweverManyComeAtOnce() throws Exception {
    UUID suggestion = suggestion("Ann Lee", 0);
    digest(suggestion);
    List<String> answers = inParallel(30, () -> text("nonsense").text());

    assertThat(answers.stream().filter(text -> text.contains("not understood"))).hasSize(20);
    assertThat(answers.stream().filter(text -> text.contains("too many messages"))).hasSize(10);
    assertThat(text("1").text()).contains("too many messages");
    assertThat(state(suggestion)).isEqualTo("pending");
    // nobody may be kept from leaving, or from coming back
    text("STOP");
    assertThat(optedOut()).isNotNull();
    text("START");
    assertThat(optedOut()).isNull();
  }

  @Test
  void shouldDoOnceWhatTwilioDeliversTwice() throws Exception {
    UUID first = suggestion("Ann Lee", 0);
    digest(first);
    Phones.Reply reply = text("1");
    text("1 NO");
    assertThat(state(first)).isEqualTo("dismissed");
    double repeated = counted("sms.incoming", "outcome", "repeated");

    Phones.Reply again = SANDBOX.phones().repeat(reply.sid(), webhook());

    assertThat(again.twiml()).isEqualTo(reply.twiml());
    assertThat(state(first)).as("the later answer holds").isEqualTo("dismissed");
    assertThat(counted("sms.incoming", "outcome", "repeated")).isEqualTo(repeated + 1);
    // in one moment, too
    UUID second = suggestion("Bob Ray", 1);
    digest(second);
    SignedForm form =
        SignedForm.of("MessageSid", "SM" + UUID.randomUUID(), "From", number, "Body", "1");
    List<String> answers = inParallel(8, () -> post(PATH, form).body());
    assertThat(answers).allMatch(answers.getFirst()::equals).allMatch(a -> a.contains("Agreed"));
    assertThat(counted("millrace.suggestion.answers", "answer", "accept", "outcome", "repeated"))
        .isZero();
  }

  @Test
  void shouldCountOnceWhatIsRepeatedOverTheLimit() throws Exception {
    for (int at = 0; at < 20; at++) {
      text("nonsense");
    }
    double over = counted("sms.incoming", "outcome", "over_limit");
    Phones.Reply first = text("1");

    Phones.Reply again = SANDBOX.phones().repeat(first.sid(), webhook());

    assertThat(first.text()).contains("too many messages", "STOP");
    assertThat(again.twiml()).isEqualTo(first.twiml());
    assertThat(counted("sms.incoming", "outcome", "over_limit")).isEqualTo(over + 1);
  }

  @Test
  void shouldDoButNotAnswerWhatAnOptedOutPhoneTexts() throws Exception {
    UUID suggestion = suggestion("Ann Lee", 0);
    digest(suggestion);
    text("STOP");

    assertThat(twiml("1 NO")).endsWith("<Response/>");
    assertThat(state(suggestion)).isEqualTo("dismissed");
    assertThat(twiml("what is this?")).endsWith("<Response/>");
    assertThat(twiml("help please?")).endsWith("<Response/>");
    assertThat(twiml("Help!")).contains("1 NO");
    for (int at = 0; at < 17; at++) {
      twiml("nonsense");
    }
    assertThat(twiml("1")).as("too many").endsWith("<Response/>");
    assertThat(optedOut()).isNotNull();
  }

  /** What the application answers, whether or not the phone may get it. */
  private String twiml(String body) throws Exception {
    return post(
            PATH,
            SignedForm.of("MessageSid", "SM" + UUID.randomUUID(), "From", number, "Body", body))
        .body();
  }

  @Test
  void shouldNotStopAgainWhenAnOldStopComesTwice() {
    String stop = text("STOP").sid();
    text("START");

    SANDBOX.phones().repeat(stop, webhook());

    assertThat(optedOut()).isNull();
  }

  private String optedOut() {
    return value("SELECT opted_out_at FROM user_phones WHERE user_id = :id", user);
  }

  private static <T> List<T> inParallel(int times, Callable<T> work) throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
      List<Future<T>> all =
          threads.invokeAll(IntStream.range(0, times).mapToObj(i -> work).toList());
      List<T> results = new ArrayList<>();
      for (Future<T> one : all) {
        results.add(one.get());
      }
      return results;
    }
  }
}
