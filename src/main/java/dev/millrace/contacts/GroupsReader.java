package dev.millrace.contacts;

import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleConnection;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.Lease;
import dev.millrace.job.PermanentException;
import dev.millrace.job.WaitException;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Copies Google's groups once the people are there. The list is read only after a full read, or
 * when somebody is a member of a group that is not known, because Google tells of no change in it:
 * a new name is seen at the next full read.
 */
@Component
class GroupsReader {

  private static final Logger LOG = LoggerFactory.getLogger(GroupsReader.class);

  private final PeopleApi people;
  private final GoogleGroups groups;
  private final GroupSuggestions suggestions;
  private final GroupReviewNotice notice;
  private final ContactsSyncTokens tokens;
  private final ContactsSyncProperties settings;
  private final MeterRegistry meters;
  private final TransactionTemplate transaction;

  GroupsReader(
      PeopleApi people,
      GoogleGroups groups,
      GroupSuggestions suggestions,
      GroupReviewNotice notice,
      ContactsSyncTokens tokens,
      ContactsSyncProperties settings,
      MeterRegistry meters,
      PlatformTransactionManager transactions) {
    this.people = people;
    this.groups = groups;
    this.suggestions = suggestions;
    this.notice = notice;
    this.tokens = tokens;
    this.settings = settings;
    this.meters = meters;
    this.transaction = new TransactionTemplate(transactions);
  }

  /**
   * Reads the list where that is wanted, and sets the members of approved groups. A failure is
   * counted and logged, and the list stays wanted: contacts are worth having without their groups.
   *
   * @return the grant's death, if that is what was met
   */
  Optional<DeadGrantException> read(
      GoogleConnection connection, Lease lease, ContactsProgress progress) {
    try {
      boolean wanted = tokens.groupsWanted(connection.id());
      if (wanted) {
        list(connection, lease, progress);
      }
      if ((wanted || progress.changes().any()) && apply(connection, lease) > 0) {
        progress.regrouped();
      }
      return Optional.empty();
    } catch (DeadGrantException dead) {
      count("dead_grant");
      return Optional.of(dead);
    } catch (RuntimeException failure) {
      String reason = reason(failure);
      count(reason);
      LOG.warn("The groups of the connection {} were not read: {}", connection.id(), reason);
      return Optional.empty();
    }
  }

  private void list(GoogleConnection connection, Lease lease, ContactsProgress progress) {
    UUID reading = UUID.randomUUID();
    String pageToken = null;
    for (int number = 1; number <= settings.maxPages(); number++) {
      progress.called();
      PeopleApi.GroupsPage page = people.groups(connection.id(), pageToken);
      List<GoogleGroup> ofUser = page.groups().stream().filter(GoogleGroup::ofUser).toList();
      transaction.executeWithoutResult(
          status -> {
            lease.renew();
            groups.upsert(connection.id(), reading, ofUser);
            if (page.nextPageToken() == null) {
              end(connection, reading);
            }
          });
      progress.listedGroups(ofUser.size());
      if (page.nextPageToken() == null) {
        return;
      }
      pageToken = page.nextPageToken();
    }
    throw new PermanentException(
        "Google lists more than %d pages of groups".formatted(settings.maxPages()));
  }

  private void end(GoogleConnection connection, UUID reading) {
    groups.removeUnseen(connection.id(), reading);
    suggestions.renew(connection.userId(), connection.id());
    notice.renew(connection.userId());
    tokens.groupsRead(connection.id());
  }

  private int apply(GoogleConnection connection, Lease lease) {
    return transaction.execute(
        status -> {
          lease.renew();
          return groups.apply(connection.userId(), connection.id());
        });
  }

  private void count(String reason) {
    meters.counter("contacts.groups.failures", "reason", reason).increment();
  }

  private static String reason(RuntimeException failure) {
    if (failure instanceof GoogleUnavailableException unavailable) {
      return unavailable.reason();
    }
    if (failure instanceof WaitException wait) {
      return wait.reason();
    }
    return failure instanceof GoogleRefusal refused
        ? "http_" + refused.status()
        : failure.getClass().getSimpleName();
  }
}
