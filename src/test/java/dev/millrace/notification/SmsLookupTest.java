package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.job.SqlInstant;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmsLookupTest {

  private static final String NUMBER = "+12025550143";

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private SmsLookup lookup;
  private UUID user;
  private UUID message;

  @BeforeEach
  void start() {
    beans = NotificationBeans.start(clock);
    rows = beans.rows();
    lookup = beans.get(SmsLookup.class);
    user = rows.user("ann@example.org", "UTC");
    rows.phone(user, NUMBER);
    message = message();
    OutgoingSms sms = (OutgoingSms) beans.get(Delivery.class).claim(message, clock.instant());
    beans.get(SmsAnswers.class).unanswered(sms);
    clock.advance(Duration.ofMinutes(3));
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldTakeOverWhatTwilioTookAndHowItStands() {
    search(
        page("", entry("SM1", "Hello", clock.instant().minusSeconds(170), "undelivered", "30003")));

    assertThat(row()).isEqualTo("undelivered SM1 30003");
  }

  @Test
  void shouldTreatAFailureThatItFindsAsOneThatItWasTold() {
    search(page("", entry("SM1", "Hello", clock.instant(), "failed", "30006")));

    assertThat(beans.text("SELECT unusable_code FROM user_phones")).isEqualTo("30006");
    assertThat(beans.texts("SELECT to_address FROM outbound_messages WHERE channel = 'email'"))
        .containsExactly("ann@example.org");
  }

  @Test
  void shouldNotTakeACanceledTextForASentOne() {
    search(page("", entry("SM1", "Hello", clock.instant(), "canceled", null)));

    assertThat(row()).isEqualTo("failed SM1 null");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Sent from your Twilio trial account - Meet ‘Zoë’ – soon…",
        "Meet 'Zo\u00eb' - soon...",
        "Meet 'Zoe\u0308'  -  soon..."
      })
  void shouldKnowATextThatTwilioHasRewritten(String listed) {
    rows.add("UPDATE outbound_messages SET body = 'Meet ‘Zoë’ – soon…' WHERE id = :a", message);

    search(page("", entry("SM1", listed, clock.instant(), "sent", null)));

    assertThat(row()).isEqualTo("sent SM1 null");
  }

  @Test
  void shouldLookAgainBeforeItPostsInTheMorningWhatWasMissingInTheEvening() {
    clock.set("2026-03-02T20:50:00Z");
    rows.add(
        "UPDATE outbound_messages SET claimed_at = :b, not_before = :b WHERE id = :a",
        message,
        SqlInstant.of(clock.instant().minus(Duration.ofMinutes(10))));
    search(page(""));
    clock.set("2026-03-02T21:01:00Z");
    assertThat(beans.get(Delivery.class).claim(message, clock.instant())).isNull();

    clock.set("2026-03-03T08:01:00Z");
    search(page("", entry("SM1", "Hello", clock.instant(), "delivered", null)));

    assertThat(row()).isEqualTo("delivered SM1 null");
  }

  @Test
  void shouldNotEndByASearchThatBeganBeforeTheLastAttempt() {
    clock.advance(Duration.ofHours(25));
    SmsSearch late = lookup.search(doubtful());
    late.unreadable();
    rows.add(
        "UPDATE outbound_messages SET claimed_at = :b WHERE id = :a",
        message,
        SqlInstant.of(clock.instant()));

    lookup.conclude(late);

    assertThat(row()).isEqualTo("unknown null null");
  }

  @Test
  void shouldReadFurtherPagesUntilItIsFound() {
    SmsSearch search = lookup.search(doubtful());
    assertThat(search.getQuery()).isEqualTo("To=%2B12025550143&PageSize=100");
    lookup.read(
        search,
        200,
        page(
            "/2010-04-01/Accounts/AC1/Messages.json?To=%2B1&Page=1&PageToken=PASM9",
            entry("SM9", "Another text", clock.instant(), "sent", null)));
    assertThat(search.getQuery()).isEqualTo("To=%2B1&Page=1&PageToken=PASM9");
    lookup.read(
        search,
        200,
        page("", entry("SM2", "Hello", clock.instant().minusSeconds(170), "queued", null)));
    assertThat(search.getQuery()).isNull();

    lookup.conclude(search);

    assertThat(row()).isEqualTo("sent SM2 null");
  }

  @Test
  void shouldNotReadAListThatHasNoEnd() {
    SmsSearch search = lookup.search(doubtful());
    int pages = 0;
    while (search.getQuery() != null) {
      lookup.read(
          search, 200, page("/x?Page=1", entry("SM9", "Other", clock.instant(), "sent", null)));
      pages++;
    }
    lookup.conclude(search);

    assertThat(pages).isEqualTo(10);
    clock.advance(Duration.ofMinutes(20));
    assertThat(row()).as("an unread end proves nothing").isEqualTo("unknown null null");
  }

  @Test
  void shouldNotTakeAnotherTextForThisOne() {
    UUID other = message();
    rows.add(
        "UPDATE outbound_messages SET state = 'sent', provider_id = 'SM3' WHERE id = :a", other);

    search(
        page(
            "",
            entry("SM3", "Hello", clock.instant(), "sent", null),
            entry("SM4", "Hello!", clock.instant(), "sent", null),
            entry("SM5", "Hello", clock.instant().minus(Duration.ofHours(2)), "sent", null),
            entry("SM6", "Hello", clock.instant(), "received", null)
                .replace("outbound-api", "inbound")));

    assertThat(row()).isEqualTo("unknown null null");
  }

  @Test
  void shouldGiveUpWhenTheListCannotBeReadForADay() {
    clock.advance(Duration.ofHours(23));
    unreadable();
    assertThat(row()).isEqualTo("unknown null null");

    clock.advance(Duration.ofHours(2));
    unreadable();
    assertThat(row()).isEqualTo("failed null null");
  }

  @Test
  void shouldNotBeSentOnceMoreByASearchThatBeganBeforeTheLastAttempt() {
    clock.advance(Duration.ofMinutes(10));
    SmsSearch early = lookup.search(doubtful());
    SmsSearch late = lookup.search(doubtful());
    lookup.read(early, 200, page(""));
    lookup.read(late, 200, page(""));
    lookup.conclude(early);
    assertThat(beans.get(Delivery.class).claim(message, clock.instant()))
        .isInstanceOf(OutgoingSms.class);

    lookup.conclude(late);

    assertThat(row()).isEqualTo("sending null null");
  }

  @Test
  void shouldNotPrintWhatItLooksFor() {
    DoubtfulSms sms = doubtful();

    assertThat(sms.toString()).doesNotContain(NUMBER).doesNotContain("Hello");
    assertThat(lookup.search(sms).toString()).doesNotContain(NUMBER).doesNotContain("Hello");
  }

  private void unreadable() {
    SmsSearch search = lookup.search(doubtful());
    lookup.read(search, 200, "<html>");
    lookup.conclude(search);
    beans.jdbc().sql("UPDATE outbound_messages SET not_before = created_at").update();
  }

  private void search(String page) {
    SmsSearch search = lookup.search(doubtful());
    lookup.read(search, 200, page);
    lookup.conclude(search);
  }

  private DoubtfulSms doubtful() {
    return (DoubtfulSms) beans.get(Delivery.class).claim(message, clock.instant());
  }

  private UUID message() {
    return rows.add(
        """
        INSERT INTO outbound_messages (id, user_id, channel, purpose, dedup_key, to_address, body,
                                       not_before, expires_at, created_at)
        VALUES (:id, :a, 'sms', 'digest', CAST(:id AS text), :b, 'Hello', :c, :d, :c)
        """,
        user,
        NUMBER,
        SqlInstant.of(clock.instant()),
        SqlInstant.of(clock.instant().plus(Duration.ofDays(3))));
  }

  private String row() {
    return beans.text(
        """
        SELECT state || ' ' || coalesce(provider_id, 'null') || ' ' || coalesce(provider_code, 'null')
        FROM outbound_messages WHERE id = '%s'
        """
            .formatted(message));
  }

  private static String page(String next, String... entries) {
    return "{\"messages\":[%s],\"next_page_uri\":%s}"
        .formatted(String.join(",", entries), next.isEmpty() ? "null" : '"' + next + '"');
  }

  private static String entry(
      String sid, String body, Instant created, String status, String code) {
    return """
        {"sid":"%s","to":"%s","body":"%s","date_created":"%s","status":"%s","error_code":%s,
         "direction":"outbound-api"}
        """
        .formatted(
            sid,
            NUMBER,
            body,
            DateTimeFormatter.RFC_1123_DATE_TIME.format(created.atOffset(ZoneOffset.UTC)),
            status,
            code);
  }
}
