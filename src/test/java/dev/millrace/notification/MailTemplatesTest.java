package dev.millrace.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.setting.PagesUrl;
import dev.millrace.setting.RefusedSetting;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MailTemplatesTest {

  private static final String SCRIPT = "<script>alert('Bob')</script>";

  private final MailTemplates templates =
      new MailTemplates(new PageLinks(new PagesUrl("https://millrace.example")));

  @ParameterizedTest
  @ValueSource(strings = {"digest", "token-notice", "reminder"})
  void shouldShowWhatUsersWroteAsTextAndRunNothing(String template) {
    Mail mail = templates.mail(template, model(SCRIPT));

    assertThat(mail.html())
        .startsWith("<!doctype html>")
        .contains("&lt;script&gt;")
        .doesNotContain("<script")
        .doesNotContain(" th:")
        .doesNotContain("http-equiv");
    assertThat(mail.text()).contains(SCRIPT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"digest", "token-notice", "reminder"})
  void shouldLoadNothingFromElsewhereAndLinkOnlyHome(String template) {
    Mail mail = templates.mail(template, model("Bob"));

    assertThat(mail.html()).doesNotContain("<img").doesNotContain("url(").doesNotContain("<link");
    assertThat(mail.html().replaceAll("http://www.w3.org/1999/xhtml", ""))
        .doesNotContainPattern("https?://(?!millrace\\.example)");
    assertThat(mail.html()).contains("https://millrace.example/api/unsubscribe?token=t");
    assertThat(mail.text()).contains("https://millrace.example/api/unsubscribe?token=t");
  }

  @Test
  void shouldLeaveOutTheLineForStoppingWhereThereIsNoAddressForIt() {
    Map<String, Object> model = model("Bob");
    model.remove("unsubscribe");

    Mail mail = templates.mail("reminder", model);

    assertThat(mail.html()).doesNotContain("unsubscribe").doesNotContain("stop these");
    assertThat(mail.text()).doesNotContain("Stop these");
  }

  @Test
  void shouldLinkToTheProductsPagesWhereverTheyAre() {
    PageLinks pages = new PageLinks(new PagesUrl("https://app.example/en/"));

    assertThat(new MailTemplates(pages).mail("reminder", model("Bob")).html())
        .contains("\"https://app.example/en/settings/notifications\"");
    assertThat(pages.suggestions()).isEqualTo("https://app.example/en/suggestions");
    assertThatThrownBy(() -> new PagesUrl("app.example"))
        .isInstanceOf(RefusedSetting.class)
        .hasMessageContaining("app.pages-url");
  }

  @Test
  void shouldNumberTheItemsAsAReplyNamesThem() {
    Mail mail = templates.mail("digest", model("Bob"));

    assertThat(mail.text()).contains("1) Bob", "10) Bob", "Tue Mar 3, 6:00 PM");
    assertThat(mail.html()).contains(">1.<", ">10.<");
  }

  static Map<String, Object> model(String name) {
    Map<String, Object> model = new HashMap<>();
    model.put("title", "People to meet " + name);
    model.put("intro", "And when you are free.");
    model.put("preheader", name + ", Tue Mar 3");
    model.put(
        "items",
        IntStream.rangeClosed(1, 10)
            .mapToObj(
                at ->
                    Map.of(
                        "number",
                        at,
                        "names",
                        name,
                        "when",
                        "Tue Mar 3, 6:00 PM to 7:00 PM",
                        "reason",
                        "You have not met for 90 days."))
            .toList());
    model.put(
        "notices",
        List.of(
            Map.of("service", name, "sentence", "It ended.", "consequence", "Nothing arrives.")));
    model.put("paragraphs", List.of("Hello " + name, "That was all."));
    model.put("link", "https://millrace.example/suggestions");
    model.put("linkText", "Answer");
    model.put("unsubscribe", "https://millrace.example/api/unsubscribe?token=t");
    return model;
  }
}
