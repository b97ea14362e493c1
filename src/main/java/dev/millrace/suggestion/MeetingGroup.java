package dev.millrace.suggestion;

import dev.millrace.suggestion.ContactTies.Tie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two or three due contacts who may like to meet together, with what speaks for it: 10 for each
 * group that all are in (at most 30), 5 for each tag that all have (at most 30), 5 for each meeting
 * of the last 90 days at which all were (at most 15), and for closeness at most 25: 5 for each
 * close friend, and 10 if each has waited twice as long as wanted. With 50 they are proposed.
 *
 * @param positions in the list of due contacts
 */
record MeetingGroup(List<Integer> positions, List<DueContact> members, int score, List<Tie> ties) {

  /** Only so many of the best due contacts are compared: 435 pairs and 4,060 triples at most. */
  static final int COMPARED = 30;

  static final int ENOUGH = 50;

  /** Three people take longer to get round. */
  static final Duration LENGTH_OF_THREE = Duration.ofMinutes(90);

  private static final Comparator<MeetingGroup> BEST_FIRST =
      Comparator.comparingInt(MeetingGroup::score)
          .thenComparing(group -> group.members().size())
          .reversed()
          .thenComparing(group -> group.positions().get(0))
          .thenComparing(group -> group.positions().get(1));

  /**
   * All pairs and triples with a score that is enough, the best first; a triple before its pairs.
   */
  static List<MeetingGroup> among(List<DueContact> due, List<Tie> ties) {
    List<MeetingGroup> found = new ArrayList<>();
    for (int one = 0; one < due.size(); one++) {
      for (int two = one + 1; two < due.size(); two++) {
        List<Tie> ofPair = shared(shared(ties, one), two);
        if (ofPair.stream().allMatch(tie -> tie.kind().equals("meeting"))) {
          continue;
        }
        addIfEnough(due, List.of(one, two), ofPair, found);
        for (int three = two + 1; three < due.size(); three++) {
          addIfEnough(due, List.of(one, two, three), shared(ofPair, three), found);
        }
      }
    }
    found.sort(BEST_FIRST);
    return found;
  }

  Proposal proposal() {
    Map<String, Object> factors = new LinkedHashMap<>();
    factors.put("score", score);
    factors.put("sharedGroups", labels("group").size());
    factors.put("sharedTags", labels("tag").size());
    factors.put("jointMeetings", labels("meeting").size());
    factors.put("members", members.stream().map(DueContact::factors).toList());
    return new Proposal(
        members.stream().map(DueContact::id).toList(),
        members.stream().mapToDouble(DueContact::priority).max().orElseThrow(),
        Reasoning.of(members, labels("group"), labels("tag")),
        factors,
        null);
  }

  private static void addIfEnough(
      List<DueContact> due, List<Integer> positions, List<Tie> ties, List<MeetingGroup> found) {
    if (ties.isEmpty()) {
      return;
    }
    List<DueContact> members = positions.stream().map(due::get).toList();
    int score =
        points(ties, "group", 10, 30)
            + points(ties, "tag", 5, 30)
            + points(ties, "meeting", 5, 15)
            + closeness(members);
    if (score >= ENOUGH && ties.stream().anyMatch(tie -> !tie.kind().equals("meeting"))) {
      found.add(new MeetingGroup(positions, members, score, ties));
    }
  }

  private static int closeness(List<DueContact> members) {
    long friends = members.stream().filter(DueContact::closeFriend).count();
    boolean longWait =
        members.stream().allMatch(member -> member.daysSince() >= 2L * member.wantedEvery());
    return (int) friends * 5 + (longWait ? 10 : 0);
  }

  private static int points(List<Tie> ties, String kind, int each, int most) {
    return (int)
        Math.min(most, each * ties.stream().filter(tie -> tie.kind().equals(kind)).count());
  }

  private static List<Tie> shared(List<Tie> ties, int position) {
    return ties.stream().filter(tie -> tie.members().get(position)).toList();
  }

  private List<String> labels(String kind) {
    return ties.stream().filter(tie -> tie.kind().equals(kind)).map(Tie::label).toList();
  }
}
