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
 * @param stream length of the events stream as a former turn told it; empty = let it be read again
 * @param flags see the script
 * @param endings runs that ended
 */
record Turn(int free, String token, String stream, String flags, List<Ending> endings) {

  List<String> arguments(
      QueueKeys keys,
      EngineOptions engine,
      ConsumerOptions consumer,
      TrimPace pace,
      long nowMillis) {
    List<String> arguments = new ArrayList<>(12 + 11 * endings.size());
    arguments.add(keys.base());
    arguments.add(engine.events().text());
    arguments.add(Long.toString(nowMillis));
    arguments.add(Integer.toString(free));
    arguments.add(token);
    arguments.add(Long.toString(consumer.lockDuration().toMillis()));
    arguments.add(engine.instance());
    arguments.add(stream);
    arguments.add(flags);
    arguments.add(consumer.limiter() == null ? "" : consumer.limiter().text());
    arguments.add(consumer.metrics() == 0 ? "" : Integer.toString(consumer.metrics()));
    arguments.add(Integer.toString(endings.size()));
    endings.forEach(ending -> ending.write(arguments, nowMillis, consumer, pace));
    return arguments;
  }

  /** Whether it makes a job delayed. */
  boolean putsOff() {
    return endings.stream().anyMatch(Ending::isPutOff);
  }

  /** What may be left in the queue after a turn. */
  enum Rest {
    /** Nothing that is ready. */
    NONE,
    /** Not known: as many as were asked for were there. */
    UNKNOWN,
    NOT_LOOKED
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
   * @param nextDelayed when the earliest delayed job is due, ms; -1 = none, -2 = not looked
   * @param rest see {@link Rest}
   * @param blocked whether the queue is paused or at its global concurrency
   * @param limitedFor how long the rate limit forbids further starts; zero = it does not
   * @param stream length of the events stream; empty = not read
   * @param narrow whether the queue has a global concurrency or rate limit, if the stream was read
   */
  record Reply(
      List<Long> codes,
      List<Taken> jobs,
      long nextDelayed,
      Rest rest,
      boolean blocked,
      Duration limitedFor,
      String stream,
      boolean narrow) {

    static final long DONE = 1;

    /** The run goes on: it wanted to wait for children, and none is pending. */
    static final long NO_CHILDREN = 2;

    static final long LOCK_LOST = -2;
    static final long PENDING_CHILDREN = -4;
    static final long FAILED_CHILDREN = -9;

    static Reply parse(List<Object> reply) {
      return new Reply(
          ((List<?>) reply.get(0)).stream().map(Long.class::cast).toList(),
          Taken.parseAll((List<?>) reply.get(1)),
          (Long) reply.get(2),
          Rest.values()[((Long) reply.get(3)).intValue()],
          (Long) reply.get(4) == 1,
          Duration.ofMillis((Long) reply.get(5)),
          (String) reply.get(6),
          (Long) reply.get(7) == 1);
    }

    /** BullMQ's words, because they become the job's failure and Node reads them too. */
    static String childrenForbid(String id, long code) {
      return code == FAILED_CHILDREN
          ? "Cannot complete job "
              + id
              + " because it has at least one failed child. moveToFinished"
          : "Job " + id + " has pending dependencies. moveToFinished";
    }

    /** A code other than {@link #DONE} for people. */
    static String reason(long code) {
      return switch ((int) code) {
        case -1 -> "the job was removed meanwhile";
        case -2 -> "its lock ran out; it runs again if it has not ended already";
        case -3 -> "it is no longer active";
        case -4 -> "it has pending children";
        case -6 -> "another worker holds its lock";
        case -9 -> "a child failed that fails its parent; let the run fail";
        default -> "code " + code;
      };
    }
  }

  /**
   * A job that was taken, as its hash stands in Redis.
   *
   * @param broken why it cannot be read as a job and was dropped; else null
   */
  record Taken(String id, Map<String, String> hash, String broken) {

    private static List<Taken> parseAll(List<?> flat) {
      List<Taken> all = new ArrayList<>();
      for (int at = 0; at < flat.size(); ) {
        String id = (String) flat.get(at);
        int values = ((Long) flat.get(at + 1)).intValue();
        if (values < 0) {
          all.add(new Taken(id, Map.of(), (String) flat.get(at + 2)));
          at += 3;
          continue;
        }
        Map<String, String> hash = new LinkedHashMap<>();
        for (int i = at + 2; i < at + 2 + values; i += 2) {
          hash.put((String) flat.get(i), (String) flat.get(i + 1));
        }
        all.add(new Taken(id, hash, null));
        at += 2 + values;
      }
      return all;
    }
  }
}
