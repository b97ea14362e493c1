package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cache.Cache;
import dev.millrace.cache.Caches;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.data.redis.connection.DataType;

/** {@code /api/preferences}: notifications, the week, and the zone. */
class PreferencesTest extends RunningHttp {

  private static final String NOTIFICATIONS = "/api/preferences/notifications";
  private static final String AVAILABILITY = "/api/preferences/availability";
  private static final String ZONE = "/api/preferences/timezone";

  private static final String CHOSEN =
      """
      {"smsEnabled":false,"emailEnabled":true,"digestDay":3,"digestTime":"18:30",
       "quietHours":{"start":"20:00","end":"09:15"},"pausedUntil":null}
      """;

  @Autowired Caches caches;

  UUID user;

  @BeforeEach
  void begin() {
    user = signUp();
  }

  @Test
  void shouldShowTheDefaultsToWhoeverNeverChose() throws Exception {
    JsonNode shown = read(NOTIFICATIONS);

    assertThat(shown.path("smsEnabled").asBoolean()).isTrue();
    assertThat(shown.path("digestDay").asInt()).isZero();
    assertThat(shown.path("digestTime").asText()).isEqualTo("09:00");
    assertThat(shown.at("/quietHours/start").asText()).isEqualTo("21:00");
    assertThat(read(AVAILABILITY).path("rules")).isEmpty();
    assertThat(read(ZONE).path("timeZone").asText()).isEqualTo("UTC");
  }

  @Test
  void shouldKeepWhatWasChosen() throws Exception {
    read(NOTIFICATIONS);

    JsonNode saved = saved(NOTIFICATIONS, CHOSEN);

    assertThat(saved).isEqualTo(read(NOTIFICATIONS));
    assertThat(saved.path("smsEnabled").asBoolean()).isFalse();
    assertThat(saved.path("digestTime").asText()).isEqualTo("18:30");
    assertThat(saved.at("/quietHours/end").asText()).isEqualTo("09:15");
    String rules =
        """
        {"rules":[{"kind":"available","day":1,"start":"17:00","end":"21:00"},
                  {"kind":"night","day":null,"start":"23:00","end":"07:00"},
                  {"kind":"commute","day":6,"start":"08:00","end":"09:00"}]}
        """;
    assertThat(saved(AVAILABILITY, rules).path("rules")).hasSize(3);
    JsonNode one =
        saved(
            AVAILABILITY,
            "{\"rules\":[{\"kind\":\"night\",\"day\":null,\"start\":\"22:00\",\"end\":\"06:00\"}]}");
    assertThat(one.path("rules")).hasSize(1);
    assertThat(one.at("/rules/0/day").isNull()).isTrue();
    assertThat(saved(AVAILABILITY, "{\"rules\":[]}").path("rules")).isEmpty();
    // another user has none of it
    assertThat(tree(askAs(signUp(), "GET", NOTIFICATIONS, null)).path("smsEnabled").asBoolean())
        .isTrue();
  }

  @Test
  void shouldKeepEmailOutOfQuietHoursOnlyForWhoAsks() throws Exception {
    String asked = CHOSEN.replace("\"pausedUntil\"", "\"emailQuietHours\":%s,\"pausedUntil\"");

    assertThat(read(NOTIFICATIONS).path("emailQuietHours").asBoolean(true)).isFalse();
    assertThat(saved(NOTIFICATIONS, asked.formatted("true")).path("emailQuietHours").asBoolean())
        .isTrue();
    assertThat(saved(NOTIFICATIONS, CHOSEN).path("emailQuietHours").asBoolean(true)).isFalse();
    assertThat(refused(NOTIFICATIONS, asked.formatted("\"yes\"")))
        .containsOnlyKeys("emailQuietHours");
  }

  @Test
  void shouldPauseForAYearAtMost() throws Exception {
    String until = Instant.now().plusSeconds(864_000).toString();
    assertThat(saved(NOTIFICATIONS, paused("\"" + until + "\"")).path("pausedUntil").asText())
        .startsWith(until.substring(0, 19));
    assertThat(
            saved(NOTIFICATIONS, paused("\"2020-01-01T00:00:00Z\"")).path("pausedUntil").isNull())
        .as("a pause that is over")
        .isTrue();
    assertThat(refused(NOTIFICATIONS, paused("\"2099-01-01T00:00:00Z\"")))
        .containsOnlyKeys("pausedUntil");
    assertThat(refused(NOTIFICATIONS, paused("\"soon\""))).containsOnlyKeys("pausedUntil");
  }

  @Test
  void shouldNameEverythingThatIsWrong() throws Exception {
    assertThat(refused(NOTIFICATIONS, "{}"))
        .containsOnlyKeys(
            "smsEnabled", "emailEnabled", "digestDay", "digestTime", "quietHours", "pausedUntil");
    assertThat(
            refused(
                NOTIFICATIONS,
                """
                {"smsEnabled":"yes","emailEnabled":true,"digestDay":7,"digestTime":"9:00",
                 "quietHours":{"start":"21:00","end":"8","zone":"UTC"},"pausedUntil":null}
                """))
        .containsOnlyKeys(
            "smsEnabled", "digestDay", "digestTime", "quietHours.zone", "quietHours.end");
    assertThat(
            refused(
                AVAILABILITY,
                """
                {"rules":[{"kind":"busy","day":1,"start":"10:00","end":"11:00"},
                          {"kind":"night","day":8,"start":"24:00","end":"11:00"},
                          {"kind":"night","start":"10:00","end":"10:00"}, 7]}
                """))
        .containsOnlyKeys(
            "rules[0].kind",
            "rules[1].day",
            "rules[1].start",
            "rules[2].day",
            "rules[2].end",
            "rules[3]");
    assertThat(refused(AVAILABILITY, "{\"rules\":[" + "7,".repeat(70) + "7]}"))
        .containsOnlyKeys("rules");
    assertThat(refused(ZONE, "{\"timezone\":\"UTC\"}").get("timezone")).contains("timeZone");
    assertThat(refused(NOTIFICATIONS, "[]")).containsOnlyKeys("body");
  }

  @ParameterizedTest
  @CsvSource({"21:00,08:00", "20:00,08:00", "21:00,10:00", "12:00,11:00"})
  void shouldTakeLongerQuietHours(String start, String end) throws Exception {
    assertThat(saved(NOTIFICATIONS, quiet(start, end)).at("/quietHours/start").asText())
        .isEqualTo(start);
  }

  @ParameterizedTest
  @CsvSource({
    "22:00,08:00",
    "21:01,08:00",
    "21:00,07:59",
    "00:00,00:00",
    "00:00,08:00",
    "21:00,21:00",
    "09:00,20:00",
    "12:00,11:01",
    "08:00,21:00"
  })
  void shouldRefuseQuietHoursInWhichSomebodyIsWoken(String start, String end) throws Exception {
    assertThat(refused(NOTIFICATIONS, quiet(start, end))).containsOnlyKeys("quietHours");
  }

  @ParameterizedTest
  @CsvSource({
    "1,10:00,12:00,1,11:00,13:00",
    "1,10:00,12:00,,11:59,12:00",
    ",22:00,06:00,3,05:00,07:00",
    "6,22:00,02:00,0,01:00,03:00",
    "1,10:00,12:00,1,10:00,12:00"
  })
  void shouldRefuseRulesThatOverlap(
      String day, String start, String end, String otherDay, String otherStart, String otherEnd)
      throws Exception {
    String rules =
        rule("night", day, start, end) + "," + rule("night", otherDay, otherStart, otherEnd);
    assertThat(refused(AVAILABILITY, "{\"rules\":[" + rules + "]}").get("rules[1]"))
        .contains("rules[0]");
    String kinds =
        rule("night", day, start, end) + "," + rule("commute", otherDay, otherStart, otherEnd);
    assertThat(saved(AVAILABILITY, "{\"rules\":[" + kinds + "]}").path("rules")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "1,10:00,12:00,1,12:00,13:00",
    "6,22:00,02:00,0,02:00,03:00",
    "0,00:00,01:00,6,23:00,00:00"
  })
  void shouldTakeRulesThatOnlyTouch(
      String day, String start, String end, String otherDay, String otherStart, String otherEnd)
      throws Exception {
    String rules =
        rule("night", day, start, end) + "," + rule("night", otherDay, otherStart, otherEnd);
    assertThat(saved(AVAILABILITY, "{\"rules\":[" + rules + "]}").path("rules")).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berln,Europe/Berlin",
    "New York,America/New_York",
    "tokyo,Asia/Tokyo",
    "europe/paris,Europe/Paris",
    "+02:00,time zone",
    "Nowhere/At_All,time zone"
  })
  void shouldNameTheZoneThatWasMeant(String sent, String near) throws Exception {
    assertThat(refused(ZONE, "{\"timeZone\":\"" + sent + "\"}").get("timeZone")).contains(near);
  }

  @Test
  void shouldServeNothingThatWasReckonedBefore() throws Exception {
    Cache<String> slots = caches.cache("free-slots", String.class);
    for (String[] change :
        List.of(
            new String[] {AVAILABILITY, "{\"rules\":[]}"},
            new String[] {ZONE, "{\"timeZone\":\"Asia/Tokyo\"}"})) {
      slots.set(slots.key(user, "a", "b"), "as it was");
      read(ZONE);

      saved(change[0], change[1]);

      assertThat(slots.get(slots.key(user, "a", "b"))).as(change[0]).isEmpty();
    }
    assertThat(read(ZONE).path("timeZone").asText()).isEqualTo("Asia/Tokyo");
    await().untilAsserted(() -> assertThat(repairs()).hasSize(1));
    assertThat(repairs().getFirst()).contains("\"reason\":\"preferences\"");
  }

  @Test
  void shouldLeaveSuggestionsAndFreeTimeAloneWhereNeitherChanged() throws Exception {
    Cache<String> slots = caches.cache("free-slots", String.class);
    slots.set(slots.key(user, "a", "b"), "as it was");

    saved(NOTIFICATIONS, CHOSEN);
    assertThat(slots.get(slots.key(user, "a", "b"))).contains("as it was");
    saved(ZONE, "{\"timeZone\":\"UTC\"}");

    assertThat(repairs()).isEmpty();
    assertThat(read(NOTIFICATIONS).path("digestTime").asText()).isEqualTo("18:30");
  }

  @Test
  void shouldReadFromTheCache() throws Exception {
    read(ZONE);
    jdbc.sql("UPDATE users SET time_zone = 'Asia/Tokyo' WHERE id = :id").param("id", user).update();

    assertThat(read(ZONE).path("timeZone").asText()).as("as cached").isEqualTo("UTC");
  }

  private List<String> repairs() {
    return plain.keys("bull:suggestion-regeneration:*").stream()
        .filter(key -> plain.type(key) == DataType.HASH)
        .map(key -> (String) plain.opsForHash().get(key, "data"))
        .filter(data -> data != null && data.contains(user.toString()))
        .toList();
  }

  private JsonNode read(String path) throws Exception {
    HttpResponse<String> answer = askAs(user, "GET", path, null);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return tree(answer);
  }

  private JsonNode saved(String path, String body) throws Exception {
    HttpResponse<String> answer = askAs(user, "PUT", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return tree(answer);
  }

  /** The remedies by field. */
  private Map<String, String> refused(String path, String body) throws Exception {
    HttpResponse<String> answer = askAs(user, "PUT", path, body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    Map<String, String> remedies = new TreeMap<>();
    tree(answer)
        .path("errors")
        .forEach(
            error -> remedies.put(error.path("field").asText(), error.path("remedy").asText()));
    return remedies;
  }

  private static String quiet(String start, String end) {
    return CHOSEN.replace("20:00", start).replace("09:15", end);
  }

  private static String paused(String until) {
    return CHOSEN.replace("\"pausedUntil\":null", "\"pausedUntil\":" + until);
  }

  private static String rule(String kind, String day, String start, String end) {
    return "{\"kind\":\"%s\",\"day\":%s,\"start\":\"%s\",\"end\":\"%s\"}"
        .formatted(kind, day, start, end);
  }
}
