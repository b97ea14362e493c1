package dev.millrace.suggestion;

import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Fills one user's list: events to share come first, because their time does not wait; then two or
 * three people together; then one by one, the most wanted first. Runs inside the transaction that
 * holds the user's lock.
 */
@Component
class SuggestionFilling {

  static final int MOST_GROUPS = 3;

  private final Suggestions suggestions;
  private final SuggestionRepair repair;
  private final FreeTimes freeTimes;
  private final DueContacts dueContacts;
  private final ContactTies contactTies;
  private final SharedActivities sharedActivities;
  private final Offers offers;
  private final Clock clock;

  SuggestionFilling(
      Suggestions suggestions,
      SuggestionRepair repair,
      FreeTimes freeTimes,
      DueContacts dueContacts,
      ContactTies contactTies,
      SharedActivities sharedActivities,
      Offers offers,
      Clock clock) {
    this.suggestions = suggestions;
    this.repair = repair;
    this.freeTimes = freeTimes;
    this.dueContacts = dueContacts;
    this.contactTies = contactTies;
    this.sharedActivities = sharedActivities;
    this.offers = offers;
    this.clock = clock;
  }

  /**
   * What was done.
   *
   * @param full whether there was no room from the start
   * @param due contacts who wait, {@code slots} of free time for them
   * @param soon suggestions that the user is to be told at once
   */
  record Filled(boolean full, int created, int due, int slots, List<UUID> soon) {}

  Filled fill(UUID user) {
    suggestions.lock(user);
    // heals an offer whose regeneration event was lost
    repair.repair(user);
    Instant now = clock.instant();
    Suggestions.Open open = suggestions.countOpen(user);
    if (open.all() >= Suggestions.MOST_OPEN) {
      return new Filled(true, 0, 0, 0, sharedActivities.soon(user, now));
    }
    Run run = new Run(user, now, Suggestions.MOST_OPEN - open.all());
    List<DueContact> due = dueContacts.of(user, run.timetable.zone(), now);
    run.shareActivities(SharedActivities.MOST_OPEN - open.sharedActivities());
    run.bringTogether(due);
    run.offerOneByOne(due);
    return new Filled(false, run.created, due.size(), run.slots, sharedActivities.soon(user, now));
  }

  /** One run for one user: what is still free is known here, and the database is asked once. */
  private final class Run {

    private final UUID user;
    private final Instant now;
    private final Instant latest;
    private final Timetable timetable;
    private final Openings openings;
    private final int slots;
    private final Set<UUID> taken = new HashSet<>();
    private int room;
    private int created;

    Run(UUID user, Instant now, int room) {
      this.user = user;
      this.now = now;
      this.room = room;
      this.latest = now.plus(SuggestionRepair.HORIZON);
      this.timetable = freeTimes.read(user, now, latest);
      Instant earliest = now.plus(SuggestionRepair.NOTICE);
      this.openings = timetable.openings(earliest, latest, null);
      this.slots = timetable.besidePromises().slots(earliest, latest).size();
    }

    void shareActivities(int most) {
      if (most <= 0) {
        return;
      }
      Set<String> events = new HashSet<>();
      for (SharedActivity activity : sharedActivities.of(user, timetable.zone(), now, latest)) {
        Proposal.Event event = activity.event().event();
        if (events.size() < most
            && room > 0
            && !events.contains(event.eventId())
            && openings.admits(event.slot())
            && isFree(List.of(activity.contact()))
            && offer(activity.proposal(), event.slot()) == Offers.Outcome.MADE) {
          events.add(event.eventId());
        }
      }
    }

    void bringTogether(List<DueContact> due) {
      List<DueContact> compared =
          due.stream()
              .filter(contact -> !taken.contains(contact.id()))
              .limit(MeetingGroup.COMPARED)
              .toList();
      if (compared.size() < 2) {
        return;
      }
      int made = 0;
      for (MeetingGroup group : MeetingGroup.among(compared, contactTies.among(compared, now))) {
        if (made == MOST_GROUPS || room == 0) {
          return;
        }
        if (isFree(group.members()) && place(group.proposal())) {
          made++;
        }
      }
    }

    void offerOneByOne(List<DueContact> due) {
      for (DueContact contact : due) {
        if (room == 0 || openings.next().isEmpty()) {
          return;
        }
        if (isFree(List.of(contact))) {
          place(
              new Proposal(
                  List.of(contact.id()),
                  contact.priority(),
                  Reasoning.of(contact),
                  contact.factors(),
                  null));
        }
      }
    }

    private boolean isFree(List<DueContact> contacts) {
      return contacts.stream().map(DueContact::id).noneMatch(taken::contains);
    }

    /** Tries slot after slot; false where none is left, or somebody else took a contact. */
    private boolean place(Proposal proposal) {
      while (true) {
        Optional<TimeSpan> slot =
            proposal.contacts().size() > 2
                ? openings.next(MeetingGroup.LENGTH_OF_THREE)
                : openings.next();
        if (slot.isEmpty()) {
          return false;
        }
        Offers.Outcome outcome = offer(proposal, slot.get());
        if (outcome != Offers.Outcome.SLOT_TAKEN) {
          return outcome == Offers.Outcome.MADE;
        }
      }
    }

    private Offers.Outcome offer(Proposal proposal, TimeSpan slot) {
      Offers.Outcome outcome = offers.offer(user, proposal, slot, timetable.zone());
      switch (outcome) {
        case MADE -> {
          openings.offered(slot);
          taken.addAll(proposal.contacts());
          room--;
          created++;
        }
        case SLOT_TAKEN -> openings.lost(slot);
        // which of several it was is not known: each may still be offered by itself
        case CONTACT_TAKEN -> {
          if (proposal.contacts().size() == 1) {
            taken.addAll(proposal.contacts());
          }
        }
      }
      return outcome;
    }
  }
}
