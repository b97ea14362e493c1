package dev.millrace.contacts;

import java.sql.Types;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What the user wants of each group of Google's: to be one of the user's groups here, or nothing.
 */
@Component
public class GroupMappings {

  private static final String LIST =
      """
      SELECT g.connection_id, g.resource_name, g.name, g.member_count, g.mapping, g.group_id,
             k.name AS group_name, g.suggest_action, g.suggest_group, s.name AS suggest_name,
             g.suggest_score
      FROM google_groups g
      JOIN google_connections n ON n.id = g.connection_id AND n.user_id = :user
      LEFT JOIN contact_groups k ON k.id = g.group_id
      LEFT JOIN contact_groups s ON s.id = g.suggest_group AND s.archived_at IS NULL
      WHERE g.removed_at IS NULL
        AND (CAST(:resource AS text) IS NULL OR g.resource_name = :resource)
      ORDER BY g.name, g.resource_name
      """;

  private static final String DECIDE =
      """
      UPDATE google_groups
      SET mapping = :mapping, group_id = :group, suggest_action = NULL, suggest_group = NULL,
          suggest_score = NULL
      WHERE connection_id = :connection AND resource_name = :resource AND removed_at IS NULL
      """;

  private final JdbcClient jdbc;
  private final GoogleGroups groups;
  private final GroupReviewNotice notice;
  private final TransactionTemplate transaction;

  public GroupMappings(
      JdbcClient jdbc,
      GoogleGroups groups,
      GroupReviewNotice notice,
      PlatformTransactionManager transactions) {
    this.jdbc = jdbc;
    this.groups = groups;
    this.notice = notice;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * A group of Google's.
   *
   * @param resourceName Google's, such as {@code contactGroups/1a2b}
   * @param memberCount as Google counts
   * @param mapping {@code pending}, {@code approved} or {@code rejected}
   * @param groupId the user's group that has its members; null unless approved
   * @param suggestion what is proposed while it is pending, else null
   */
  public record Mapping(
      String resourceName,
      String name,
      int memberCount,
      String mapping,
      UUID groupId,
      String groupName,
      Suggestion suggestion) {}

  /**
   * What to do with a group.
   *
   * @param action {@code create_new} or {@code map_to_existing}
   * @param groupId the user's group to map it to, else null
   * @param score 0 to 1, how alike the two are; null for a new one
   */
  public record Suggestion(String action, UUID groupId, String groupName, Double score) {}

  /** What came of a decision. */
  public enum Outcome {
    DONE,
    /** Google lists no such group of this user's. */
    UNKNOWN,
    /** The user has no such group to map it to. */
    NO_SUCH_GROUP,
    /** The user has a group of the new group's name already. */
    NAME_TAKEN
  }

  /**
   * What came of a decision, and the group as it is then.
   *
   * @param mapping null unless it is done
   */
  public record Decision(Outcome outcome, Mapping mapping) {

    static Decision without(Outcome outcome) {
      return new Decision(outcome, null);
    }
  }

  private record Listed(UUID connection, Mapping mapping) {}

  /** All groups that Google lists. */
  public List<Mapping> of(UUID user) {
    return listed(user, null).stream().map(Listed::mapping).toList();
  }

  /** One of them. */
  public Optional<Mapping> of(UUID user, String resourceName) {
    return listed(user, resourceName).stream().map(Listed::mapping).findFirst();
  }

  /** Has the members of Google's group in one of the user's. */
  public Decision approve(UUID user, String resourceName, UUID groupId) {
    return decide(
        user, resourceName, "approved", () -> owned(user, groupId), Outcome.NO_SUCH_GROUP);
  }

  /** Has the members of Google's group in a new one of the user's. */
  public Decision approveAsNew(UUID user, String resourceName, String name) {
    return decide(user, resourceName, "approved", () -> created(user, name), Outcome.NAME_TAKEN);
  }

  /** Leaves Google's group alone, and takes away the members that it brought. */
  public Decision reject(UUID user, String resourceName) {
    return decide(user, resourceName, "rejected", Optional::empty, null);
  }

  private interface Target {
    Optional<UUID> group();
  }

  /**
   * @param otherwise what it means that there is no target; null = it needs none
   */
  private Decision decide(
      UUID user, String resource, String mapping, Target target, Outcome otherwise) {
    return transaction.execute(
        status -> {
          Optional<Listed> listed = listed(user, resource).stream().findFirst();
          if (listed.isEmpty()) {
            return Decision.without(Outcome.UNKNOWN);
          }
          UUID group = target.group().orElse(null);
          if (group == null && otherwise != null) {
            return Decision.without(otherwise);
          }
          if (!store(listed.get(), mapping, group)) {
            // A sync or a disconnect took it meanwhile; a new group must not stay behind.
            status.setRollbackOnly();
            return Decision.without(Outcome.UNKNOWN);
          }
          groups.apply(user, listed.get().connection());
          notice.renew(user);
          return new Decision(
              Outcome.DONE, listed(user, resource).stream().findFirst().orElseThrow().mapping());
        });
  }

  private boolean store(Listed listed, String mapping, UUID group) {
    return jdbc.sql(DECIDE)
            .param("mapping", mapping)
            .param("group", group, Types.OTHER)
            .param("connection", listed.connection())
            .param("resource", listed.mapping().resourceName())
            .update()
        == 1;
  }

  private Optional<UUID> owned(UUID user, UUID group) {
    return jdbc.sql(
            """
            SELECT id FROM contact_groups
            WHERE id = :group AND user_id = :user AND archived_at IS NULL
            """)
        .param("group", group)
        .param("user", user)
        .query(UUID.class)
        .optional();
  }

  private Optional<UUID> created(UUID user, String name) {
    return jdbc.sql(
            """
            INSERT INTO contact_groups (user_id, name) VALUES (:user, :name)
            ON CONFLICT (user_id, lower(name)) WHERE archived_at IS NULL DO NOTHING
            RETURNING id
            """)
        .param("user", user)
        .param("name", name)
        .query(UUID.class)
        .optional();
  }

  private List<Listed> listed(UUID user, String resource) {
    return jdbc.sql(LIST)
        .param("user", user)
        .param("resource", resource)
        .query(
            (row, i) -> {
              String action = row.getString("suggest_action");
              UUID suggested = row.getObject("suggest_group", UUID.class);
              Suggestion suggestion =
                  action == null
                      ? null
                      : new Suggestion(
                          action,
                          suggested,
                          row.getString("suggest_name"),
                          row.getObject("suggest_score") == null
                              ? null
                              : row.getDouble("suggest_score"));
              return new Listed(
                  row.getObject("connection_id", UUID.class),
                  new Mapping(
                      row.getString("resource_name"),
                      row.getString("name"),
                      row.getInt("member_count"),
                      row.getString("mapping"),
                      row.getObject("group_id", UUID.class),
                      row.getString("group_name"),
                      suggestion));
            })
        .list();
  }
}
