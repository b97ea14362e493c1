package dev.millrace.suggestion;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.job.SqlInstant;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A user's suggestions, as the database has them. */
@Component
public class SuggestionList {

  /** What waits for the user's word: offers to come, and meetings of 30 days to confirm. */
  public static final String OPEN = "open";

  private static final String TO_CONFIRM =
      """
      (s.state = 'accepted' AND s.met IS NULL AND s.slot_end <= :now
        AND s.slot_end > CAST(:now AS timestamptz) - interval '30 days')
      """;

  private static final Map<String, String> CONDITIONS =
      Map.of(
          OPEN,
          "((s.state IN ('pending', 'snoozed') AND s.slot_start > :now) OR " + TO_CONFIRM + ")",
          "pending",
          "s.state = 'pending'",
          "snoozed",
          "s.state = 'snoozed'",
          "accepted",
          "s.state = 'accepted'",
          "dismissed",
          "s.state = 'dismissed'",
          "expired",
          "s.state = 'expired'",
          "superseded",
          "s.state = 'superseded'");

  /** What is past is read from its end. */
  private static final List<String> EARLIEST_FIRST = List.of(OPEN, "pending", "snoozed");

  private static final String LIST =
      """
      SELECT s.id, s.state, s.kind, s.trigger, s.slot_start, s.slot_end, u.time_zone, s.reasoning,
             s.priority, s.snoozed_until, s.met, %s AS to_confirm,
             (SELECT json_agg(json_build_object('id', c.id, 'name', c.name) ORDER BY c.name, c.id)
              FROM suggestion_contacts sc JOIN contacts c ON c.id = sc.contact_id
              WHERE sc.suggestion_id = s.id) AS people
      FROM suggestions s JOIN users u ON u.id = s.user_id
      WHERE s.user_id = :user AND %s
        AND (CAST(:at AS timestamptz) IS NULL OR (s.slot_start, s.id) %s (:at, :id))
      ORDER BY s.slot_start %s, s.id %s LIMIT :most
      """;

  private static final TypeReference<List<ListedSuggestion.Person>> PEOPLE =
      new TypeReference<>() {};

  private final JdbcClient jdbc;
  private final ObjectMapper json;
  private final Clock clock;

  SuggestionList(JdbcClient jdbc, ObjectMapper json, Clock clock) {
    this.jdbc = jdbc;
    this.json = json;
    this.clock = clock;
  }

  /** A place in a list: after the suggestion of this start and id. */
  public record Place(Instant start, UUID id) {}

  /** The lists that there are. */
  public static List<String> states() {
    return CONDITIONS.keySet().stream().sorted().toList();
  }

  /**
   * Some of a list.
   *
   * @param state one of {@link #states}
   * @param after null = from its beginning
   */
  public List<ListedSuggestion> of(UUID user, String state, Place after, int most) {
    boolean ascending = EARLIEST_FIRST.contains(state);
    String order = ascending ? "ASC" : "DESC";
    return jdbc.sql(
            LIST.formatted(TO_CONFIRM, CONDITIONS.get(state), ascending ? ">" : "<", order, order))
        .param("user", user)
        .param("now", SqlInstant.of(clock.instant()))
        .param("at", after == null ? null : SqlInstant.of(after.start()))
        .param("id", after == null ? null : after.id())
        .param("most", most)
        .query((rs, row) -> read(rs))
        .list();
  }

  private ListedSuggestion read(ResultSet rs) throws SQLException {
    ZoneId zone = ZoneId.of(rs.getString("time_zone"));
    Instant snoozedUntil = SqlInstant.read(rs, "snoozed_until");
    return new ListedSuggestion(
        rs.getObject("id", UUID.class),
        rs.getString("state"),
        rs.getString("kind"),
        rs.getString("trigger"),
        people(rs.getString("people")),
        text(SqlInstant.read(rs, "slot_start"), zone),
        text(SqlInstant.read(rs, "slot_end"), zone),
        zone.getId(),
        rs.getString("reasoning"),
        rs.getBigDecimal("priority"),
        snoozedUntil == null ? null : DateTimeFormatter.ISO_INSTANT.format(snoozedUntil),
        rs.getBoolean("to_confirm"),
        rs.getObject("met", Boolean.class));
  }

  private List<ListedSuggestion.Person> people(String text) {
    try {
      return text == null ? List.of() : json.readValue(text, PEOPLE);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("PostgreSQL wrote no JSON", e);
    }
  }

  static String text(Instant moment, ZoneId zone) {
    return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(moment.atZone(zone));
  }
}
