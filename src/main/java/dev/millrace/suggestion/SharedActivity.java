package dev.millrace.suggestion;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An event of the user's that a contact may like to join: 10 for each word that event and tags have
 * in common, 20 if it is where the contact is, 5 if the last contact is more than 30 days ago. With
 * 20 it is proposed.
 */
record SharedActivity(
    Upcoming event, DueContact contact, Set<String> interests, boolean near, int score) {

  static final int ENOUGH = 20;
  static final int LONG_AGO_DAYS = 30;
  private static final int MOST_KEYWORDS = 10;
  private static final int SHORTEST_KEYWORD = 4;
  private static final int SHORTEST_PLACE = 3;

  /** The best match first, then the earliest event, then the most wanted contact. */
  static final Comparator<SharedActivity> BEST_FIRST =
      Comparator.comparingInt(SharedActivity::score)
          .reversed()
          .thenComparing(activity -> activity.event().event().slot().start())
          .thenComparing(activity -> activity.event().event().eventId())
          .thenComparing(SharedActivity::contact, DueContact.MOST_WANTED_FIRST);

  /**
   * An event to come.
   *
   * @param text title and place as words
   * @param place as words; blank where there is none
   * @param keywords the first ten words of more than three letters
   */
  record Upcoming(Proposal.Event event, String text, String place, Set<String> keywords) {

    static Upcoming of(Proposal.Event event, String summary, String location) {
      String place = location == null ? "" : OpenOffer.words(location);
      String text = (summary == null ? "" : OpenOffer.words(summary)) + place;
      Set<String> keywords = new LinkedHashSet<>();
      Arrays.stream(text.strip().split(" +"))
          .filter(word -> word.length() >= SHORTEST_KEYWORD)
          .distinct()
          .limit(MOST_KEYWORDS)
          .forEach(keywords::add);
      return new Upcoming(event, text, place, keywords);
    }
  }

  /** A contact with the words of its tags; name and place as words too. */
  record Joiner(DueContact contact, String name, Set<String> interests, String place) {

    static Joiner of(DueContact contact, List<String> tags, String location) {
      return new Joiner(
          contact,
          OpenOffer.words(contact.name()),
          tags.stream()
              .flatMap(tag -> Arrays.stream(OpenOffer.words(tag).strip().split(" ")))
              .collect(Collectors.toSet()),
          location == null ? "" : OpenOffer.words(location));
    }
  }

  /** All matches that are enough, the best first. */
  static List<SharedActivity> among(List<Upcoming> events, List<Joiner> joiners) {
    Map<String, List<Joiner>> byInterest = new HashMap<>();
    Map<String, List<Joiner>> byPlace = new HashMap<>();
    for (Joiner joiner : joiners) {
      joiner.interests().forEach(word -> add(byInterest, word, joiner));
      add(byPlace, joiner.place(), joiner);
    }
    List<SharedActivity> found = new ArrayList<>();
    for (Upcoming event : events) {
      Set<Joiner> candidates = new LinkedHashSet<>();
      event.keywords().forEach(word -> candidates.addAll(byInterest.getOrDefault(word, List.of())));
      byPlace.forEach(
          (place, there) -> {
            if (isNear(event.place(), place)) {
              candidates.addAll(there);
            }
          });
      candidates.stream()
          // who is named in an event takes part in it already
          .filter(joiner -> !event.text().contains(joiner.name()))
          .map(joiner -> match(event, joiner))
          .filter(match -> match.score() >= ENOUGH)
          .forEach(found::add);
    }
    found.sort(BEST_FIRST);
    return found;
  }

  Proposal proposal() {
    Map<String, Object> factors = new LinkedHashMap<>(contact.factors());
    factors.put("score", score);
    factors.put("sharedKeywords", interests.size());
    factors.put("samePlace", near);
    return new Proposal(
        List.of(contact.id()),
        contact.priority(),
        Reasoning.of(contact, interests, near),
        factors,
        event.event());
  }

  private static SharedActivity match(Upcoming event, Joiner joiner) {
    Set<String> interests = new LinkedHashSet<>(event.keywords());
    interests.retainAll(joiner.interests());
    boolean near = isNear(event.place(), joiner.place());
    boolean longAgo = joiner.contact().daysSince() > LONG_AGO_DAYS;
    int score = 10 * interests.size() + (near ? 20 : 0) + (longAgo ? 5 : 0);
    return new SharedActivity(event, joiner.contact(), interests, near, score);
  }

  /** Whether one of the places names the other, as "Berlin" does "Main Street 1, Berlin". */
  private static boolean isNear(String one, String other) {
    return Math.min(one.length(), other.length()) >= SHORTEST_PLACE + 2
        && (one.contains(other) || other.contains(one));
  }

  private static void add(Map<String, List<Joiner>> index, String word, Joiner joiner) {
    index.computeIfAbsent(word, none -> new ArrayList<>()).add(joiner);
  }
}
