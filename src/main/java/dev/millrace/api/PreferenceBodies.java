package dev.millrace.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.preference.AvailabilityRule;
import dev.millrace.preference.AvailabilityWeek;
import dev.millrace.preference.NotificationPreferences;
import dev.millrace.preference.Preferences;
import dev.millrace.preference.QuietTime;
import dev.millrace.preference.TimeZones;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads the bodies by which users say what they prefer; each is the whole of its part. */
final class PreferenceBodies {

  /** Who wants no messages for longer switches them off. */
  private static final Duration LONGEST_PAUSE = Duration.ofDays(366);

  private static final List<String> QUIET = List.of("start", "end");
  private static final List<String> RULE = List.of("kind", "day", "start", "end");
  private static final List<String> NOTIFICATIONS =
      List.of(
          "smsEnabled",
          "emailEnabled",
          "digestDay",
          "digestTime",
          "quietHours",
          "emailQuietHours",
          "pausedUntil");

  private static final String DAY = "send a day of the week, 0 (Sunday) to 6";

  private static final String NOTIFICATIONS_EXAMPLE =
      "{\"smsEnabled\":true,\"emailEnabled\":true,\"digestDay\":0,\"digestTime\":\"09:00\","
          + "\"quietHours\":{\"start\":\"21:00\",\"end\":\"08:00\"},\"pausedUntil\":null}";

  private static final String RULES_EXAMPLE =
      "{\"rules\":[{\"kind\":\"available\",\"day\":1,\"start\":\"17:00\",\"end\":\"21:00\"}]}";

  private static final Map<String, AvailabilityRule.Kind> KINDS =
      Arrays.stream(AvailabilityRule.Kind.values())
          .collect(
              Collectors.toMap(kind -> kind.name().toLowerCase(Locale.ROOT), Function.identity()));

  private PreferenceBodies() {}

  static NotificationPreferences notifications(String body, Instant now) {
    JsonObject sent = JsonObject.of(body, NOTIFICATIONS_EXAMPLE, NOTIFICATIONS);
    FieldsReader fields = new FieldsReader();
    boolean sms = fields.flag(sent.field("smsEnabled"), "smsEnabled");
    boolean email = fields.flag(sent.field("emailEnabled"), "emailEnabled");
    int day = fields.whole(sent.field("digestDay"), "digestDay", 6, DAY + ".");
    LocalTime time = fields.time(sent.field("digestTime"), "digestTime");
    QuietTime quiet = quiet(sent.field("quietHours"), fields);
    JsonNode emailQuietHours = sent.field("emailQuietHours");
    boolean emailQuiet =
        !emailQuietHours.isMissingNode() && fields.flag(emailQuietHours, "emailQuietHours");
    Instant paused = fields.moment(sent.field("pausedUntil"), "pausedUntil");
    if (paused != null && paused.isAfter(now.plus(LONGEST_PAUSE))) {
      fields.refuse(
          "pausedUntil",
          paused.toString(),
          "pause for a year at most; for longer set smsEnabled and emailEnabled to false.");
    }
    fields.end();
    return new NotificationPreferences(sms, email, day, time, quiet, emailQuiet, paused);
  }

  private static QuietTime quiet(JsonNode sent, FieldsReader fields) {
    fields.known(sent, "quietHours", QUIET);
    if (!sent.isObject()) {
      return QuietTime.LEAST;
    }
    FieldsReader own = new FieldsReader();
    LocalTime start = own.time(sent.path("start"), "quietHours.start");
    LocalTime end = own.time(sent.path("end"), "quietHours.end");
    QuietTime quiet = new QuietTime(start, end);
    if (!own.clean()) {
      fields.addAll(own);
    } else if (!quiet.allowed()) {
      fields.refuse(
          "quietHours",
          start + " to " + end,
          "it has to hold all of 21:00 to 08:00, over midnight, and leave an hour of the day;"
              + " start at 21:00 or before, and end at 08:00 or after.");
    }
    return quiet;
  }

  static List<AvailabilityRule> availability(String body) {
    JsonNode sent = JsonObject.of(body, RULES_EXAMPLE, List.of("rules")).field("rules");
    FieldsReader fields = new FieldsReader();
    if (!sent.isArray()) {
      fields.refuse("rules", sent, "send a list, as " + RULES_EXAMPLE + "; [] for no rules.");
      fields.end();
    }
    if (sent.size() > Preferences.MOST_RULES) {
      fields.refuse(
          "rules",
          sent.size() + " rules",
          "send " + Preferences.MOST_RULES + " at most; without a day a rule is for every day.");
      fields.end();
    }
    List<AvailabilityRule> rules = new ArrayList<>();
    for (int at = 0; at < sent.size(); at++) {
      rules.add(rule(sent.get(at), "rules[" + at + "]", fields));
    }
    fields.end();
    AvailabilityWeek.firstOverlap(rules)
        .ifPresent(
            pair ->
                fields.refuse(
                    "rules[" + pair.later() + "]",
                    (String) null,
                    "it overlaps rules[%d], which is of the same kind; make one of them."
                        .formatted(pair.earlier())));
    fields.end();
    return rules;
  }

  private static AvailabilityRule rule(JsonNode sent, String name, FieldsReader fields) {
    fields.known(sent, name, RULE);
    if (!sent.isObject()) {
      return null;
    }
    String kinds = "send available, commute or night.";
    String kind = fields.text(sent.path("kind"), name + ".kind", kinds);
    if (!kind.isEmpty() && !KINDS.containsKey(kind)) {
      fields.refuse(name + ".kind", kind, kinds);
    }
    JsonNode day = sent.path("day");
    Integer weekday =
        day.isNull() ? null : fields.whole(day, name + ".day", 6, DAY + ", or null for every day.");
    FieldsReader times = new FieldsReader();
    LocalTime start = times.time(sent.path("start"), name + ".start");
    LocalTime end = times.time(sent.path("end"), name + ".end");
    if (!times.clean()) {
      fields.addAll(times);
    } else if (start.equals(end)) {
      fields.refuse(
          name + ".end",
          end.toString(),
          "it is the same as start, so the rule has no time; for a whole day send 00:00 to 23:59.");
    }
    return new AvailabilityRule(KINDS.get(kind), weekday, start, end);
  }

  static ZoneId timeZone(String body) {
    JsonNode sent =
        JsonObject.of(body, "{\"timeZone\":\"Europe/Berlin\"}", List.of("timeZone"))
            .field("timeZone");
    FieldsReader fields = new FieldsReader();
    String example = "send the name of a time zone, such as America/New_York.";
    String zone = fields.text(sent, "timeZone", example);
    if (!zone.isEmpty() && !TimeZones.known(zone)) {
      List<String> near = TimeZones.near(zone);
      fields.refuse(
          "timeZone",
          zone,
          near.isEmpty()
              ? "it is none; " + example
              : "it is none; did you mean " + String.join(" or ", near) + "?");
    }
    fields.end();
    return ZoneId.of(zone);
  }
}
