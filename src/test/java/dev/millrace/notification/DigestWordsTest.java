package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.setting.PagesUrl;
import dev.millrace.setting.PublicBaseUrl;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class DigestWordsTest {

  private static final Instant START = Instant.parse("2026-11-04T15:00:00Z");
  private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

  private static final PublicBaseUrl BASE = new PublicBaseUrl("https://millrace.example");

  private static final PageLinks PAGES = new PageLinks(new PagesUrl("https://millrace.example"));

  private final DigestWords words =
      new DigestWords(
          new MailTemplates(PAGES),
          new UnsubscribeLinks("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", BASE),
          PAGES);

  @Property(tries = 500)
  void shouldKeepATextWithinThreeSegmentsWhateverNamesAre(@ForAll("names") List<String> names) {
    List<DigestItem> items = names.stream().map(DigestWordsTest::item).toList();

    List<DigestItem> fitting = words.fittingSms(items, NEW_YORK);
    String text = words.sms(fitting, NEW_YORK);

    assertThat(fitting).isNotEmpty().hasSizeLessThanOrEqualTo(5);
    assertThat(items).startsWith(fitting.toArray(DigestItem[]::new));
    assertThat(GsmText.segments(text)).isLessThanOrEqualTo(3);
    assertThat(text).startsWith("Millrace: 1) ").endsWith("Reply STOP to opt out.");
  }

  @Test
  void shouldShortenALongNameSoThatOthersHaveRoom() {
    List<DigestItem> items = List.of(item("x".repeat(300)), item("Bob"));

    assertThat(words.fittingSms(items, NEW_YORK)).hasSize(2);
    assertThat(words.sms(items, NEW_YORK)).contains("xxx... - Wed Nov 4, 10:00 AM 2) Bob");
  }

  @Test
  void shouldNotLetTypographyTripleThePrice() {
    String text = words.sms(List.of(item("Renée “Z” O’Neil – Smith")), NEW_YORK);

    assertThat(GsmText.isGsm(text)).isTrue();
    assertThat(text).contains("Renée \"Z\" O'Neil - Smith");
  }

  @Provide
  Arbitrary<List<String>> names() {
    return Arbitraries.oneOf(
            Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(200),
            Arbitraries.strings().all().ofMinLength(1).ofMaxLength(120),
            Arbitraries.of("李小龍", "👩‍👩‍👧‍👦".repeat(30), "[]{}".repeat(50)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(10);
  }

  private static DigestItem item(String names) {
    return new DigestItem(UUID.randomUUID(), names, "", START, START.plusSeconds(3600));
  }
}
