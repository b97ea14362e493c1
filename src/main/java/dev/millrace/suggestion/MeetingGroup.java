package dev.millrace.suggestion;

import dev.millrace.suggestion.ContactTies.Tie;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
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
  private static final int MOST_CLOSENESS = 25;

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
    List<BitSet> tiesOf = new ArrayList<>();
    for (int position = 0; position < due.size(); position++) {
      BitSet own = new BitSet(ties.size());
      for (int tie = 0; tie < ties.size(); tie++) {
        own.set(tie, ties.get(tie).members().get(position));
      }
      tiesOf.add(own);
    }
    Points points = new Points(ties);
    List<MeetingGroup> found = new ArrayList<>();
    for (int one = 0; one < due.size(); one++) {
      for (int two = one + 1; two < due.size(); two++) {
        BitSet ofPair = common(tiesOf.get(one), tiesOf.get(two));
        if (!points.anyGroupOrTag(ofPair)) {
          continue;
        }
        addIfEnough(due, ties, List.of(one, two), ofPair, points, found);
        for (int three = two + 1; three < due.size(); three++) {
          BitSet ofThree = common(ofPair, tiesOf.get(three));
          if (points.anyGroupOrTag(ofThree)) {
            addIfEnough(due, ties, List.of(one, two, three), ofThree, points, found);
          }
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

  /** What ties are worth, whose numbers are in a set. */
  private static final class Points {

    private final BitSet groups = new BitSet();
    private final BitSet tags = new BitSet();
    private final BitSet meetings = new BitSet();

    Points(List<Tie> ties) {
      Map<String, BitSet> byKind = Map.of("group", groups, "tag", tags, "meeting", meetings);
      for (int tie = 0; tie < ties.size(); tie++) {
        byKind.get(ties.get(tie).kind()).set(tie);
      }
    }

    boolean anyGroupOrTag(BitSet shared) {
      return shared.intersects(groups) || shared.intersects(tags);
    }

    int of(BitSet shared) {
      return Math.min(30, 10 * common(shared, groups).cardinality())
          + Math.min(30, 5 * common(shared, tags).cardinality())
          + Math.min(15, 5 * common(shared, meetings).cardinality());
    }
  }

  private static void addIfEnough(
      List<DueContact> due,
      List<Tie> ties,
      List<Integer> positions,
      BitSet shared,
      Points points,
      List<MeetingGroup> found) {
    int score = points.of(shared);
    if (score + MOST_CLOSENESS < ENOUGH) {
      return;
    }
    List<DueContact> members = positions.stream().map(due::get).toList();
    score += closeness(members);
    if (score >= ENOUGH) {
      found.add(
          new MeetingGroup(
              positions, members, score, shared.stream().mapToObj(ties::get).toList()));
    }
  }

  private static int closeness(List<DueContact> members) {
    long friends = members.stream().filter(DueContact::closeFriend).count();
    boolean longWait =
        members.stream().allMatch(member -> member.daysSince() >= 2L * member.wantedEvery());
    return (int) friends * 5 + (longWait ? 10 : 0);
  }

  private static BitSet common(BitSet some, BitSet others) {
    BitSet both = (BitSet) some.clone();
    both.and(others);
    return both;
  }

  private List<String> labels(String kind) {
    return ties.stream().filter(tie -> tie.kind().equals(kind)).map(Tie::label).toList();
  }
}
