package dev.millrace.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One call of {@code turn.lua}: what it is told and what it answers. The order of both is that of
 * the script's header.
 *
 * @param free how many jobs to take; 0 = only end
 * @param token lock token for the jobs taken
 * @param endings runs that ended
 */
record Turn(int free, String token, List<Ending> endings) {

  List<String> arguments(
      QueueKeys keys, EngineOptions engine, ConsumerOptions consumer, long nowMillis) {
    List<String> arguments = new ArrayList<>(8 + 7 * endings.size());
    arguments.add(keys.base());
    arguments.add(engine.events().text());
    arguments.add(Long.toString(nowMillis));
    arguments.add(Integer.toString(free));
    arguments.add(token);
    arguments.add(Long.toString(consumer.lockDuration().toMillis()));
    arguments.add(engine.instance());
    arguments.add(Integer.toString(endings.size()));
    endings.forEach(ending -> ending.write(arguments, nowMillis, consumer));
    return arguments;
  }

  /** The answer to this turn; it has one code for each ending. */
  Reply replyOf(List<Object> answer) {
    Reply reply = Reply.parse(answer);
    if (reply.codes().size() != endings.size()) {
      throw new IndexOutOfBoundsException(reply.codes().size() + " codes");
    }
    return reply;
  }

  /**
   * What the script answers.
   *
   * @param codes what became of each ending, see {@link #reason}
   * @param jobs those taken
   * @param nextDelayed when the earliest delayed job is due, ms; -1 = none, or not asked
   * @param more whether ready jobs are left
   * @param blocked whether the queue is paused or at its global concurrency
   * @param limitedFor how long the rate limit forbids further starts; zero = it does not
   */
  record Reply(
      List<Long> codes,
      List<Taken> jobs,
      long nextDelayed,
      boolean more,
      boolean blocked,
      Duration limitedFor) {

    static final long DONE = 1;

    static Reply parse(List<Object> reply) {
      return new Reply(
          ((List<?>) reply.get(0)).stream().map(Long.class::cast).toList(),
          ((List<?>) reply.get(1)).stream().map(job -> Taken.parse((List<?>) job)).toList(),
          (Long) reply.get(2),
          (Long) reply.get(3) == 1,
          (Long) reply.get(4) == 1,
          Duration.ofMillis((Long) reply.get(5)));
    }

    /** A code other than {@link #DONE} for people. */
    static String reason(long code) {
      return switch ((int) code) {
        case -1 -> "the job was removed meanwhile";
        case -2 -> "its lock ran out; it runs again if it has not ended already";
        case -3 -> "it is no longer active";
        case -6 -> "another worker holds its lock";
        default -> "code " + code;
      };
    }
  }

  /** A job that was taken, as its hash stands in Redis. */
  record Taken(String id, Map<String, String> hash) {

    private static Taken parse(List<?> idAndFields) {
      List<?> fields = (List<?>) idAndFields.get(1);
      Map<String, String> hash = new LinkedHashMap<>();
      for (int i = 0; i < fields.size(); i += 2) {
        hash.put((String) fields.get(i), (String) fields.get(i + 1));
      }
      return new Taken((String) idAndFields.get(0), hash);
    }
  }
}
