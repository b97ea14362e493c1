package dev.millrace.ratelimit;

import dev.millrace.rest.client.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@link Algorithm#SLIDING_LOG}: the moments of a window, with what was taken in each. */
final class SlidingLog extends Counting {

  /** The longest that is read and written at every check: about 16 kB. */
  static final long MOST = 1_000;

  private static final Pattern MOMENT = Pattern.compile("(\\d{1,16}):(\\d{1,16})");

  SlidingLog() {
    super("sliding_log", 5);
  }

  @Override
  long[] takeArguments(RateLimit limit, long now, long weight) {
    return new long[] {now, weight, limit.quota(), limit.windowMillis()};
  }

  @Override
  long[] giveBackArguments(RateLimit limit, long taken, long weight) {
    return new long[] {taken, weight};
  }

  @Override
  Standing taken(RateLimit limit, long now, long weight, List<Reply> answer) {
    boolean allowed = answer.get(0).integer() == 1;
    long used = answer.get(1).integer();
    long window = limit.windowMillis();
    return new Standing(
        allowed,
        Math.max(0, limit.quota() - used),
        Math.max(0, answer.get(3).integer() + window - now),
        allowed ? 0 : Math.max(0, answer.get(4).integer() + window - now));
  }

  @Override
  Standing looked(RateLimit limit, long now, String stored) {
    long window = limit.windowMillis();
    List<long[]> moments = read(stored);
    long then = moments.isEmpty() ? now : Math.max(now, moments.get(moments.size() - 1)[0]);
    moments.removeIf(moment -> moment[0] + window <= then);
    long used = moments.stream().mapToLong(moment -> moment[1]).sum();
    long remaining = Math.max(0, limit.quota() - used);
    long more = 0;
    long left = used;
    for (long[] moment : moments) {
      left -= moment[1];
      if (left + remaining + 1 <= limit.quota()) {
        more = moment[0] + window - now;
        break;
      }
    }
    return new Standing(remaining > 0, remaining, more, remaining > 0 ? 0 : more);
  }

  private static List<long[]> read(String stored) {
    List<long[]> moments = new ArrayList<>();
    Matcher matcher = MOMENT.matcher(stored == null ? "" : stored);
    while (matcher.find()) {
      moments.add(new long[] {Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2))});
    }
    return moments;
  }
}
