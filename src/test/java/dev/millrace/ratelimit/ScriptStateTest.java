package dev.millrace.ratelimit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.rest.client.Reply;
import dev.millrace.rest.client.RestRedis;
import dev.millrace.rest.client.RestScript;
import dev.millrace.rest.client.ScriptCall;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Given a state, what each script answers and leaves, and what it says that it cost. */
class ScriptStateTest extends RunningLimits {

  private static final Duration GIVEN_TTL = Duration.ofHours(9);
  private static final Duration SLOWEST = Duration.ofMinutes(5);

  // W, the window, is 3600000; 36000000 is the beginning of one.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // weight quota ttl
        "fixed_window          | -                | 3 10 W                 | 1 3     | 3     | 60   | 2",
        "fixed_window          | 3                | 4 10 W                 | 1 7     | 7     | kept | 1",
        "fixed_window          | 9                | 1 10 W                 | 1 10    | 10    | kept | 1",
        "fixed_window          | 9                | 2 10 W                 | 0 9     | 9     | kept | 2",
        "fixed_window          | 10               | 1 5 W                  | 0 10    | 10    | kept | 2",
        "fixed_window          | 0                | 2 10 W                 | 1 2     | 2     | 60   | 2",
        // weight
        "fixed_window_refund   | -                | 3                      | 0       | -     | -    | 1",
        "fixed_window_refund   | 3                | 2                      | 2       | 1     | kept | 2",
        "fixed_window_refund   | 3                | 5                      | 3       | 0     | kept | 2",
        "fixed_window_refund   | 0                | 1                      | 0       | 0     | kept | 1",
        // now weight quota window
        "sliding_window        | -                | 36000000 3 10 W        | 1 36000000 3 0 | 36000000:3:0 | 120 | 2",
        "sliding_window        | 36000000:3:0     | 37800000 4 10 W        | 1 36000000 7 0 | 36000000:7:0 | 90  | 2",
        "sliding_window        | 32400000:8:0     | 37800000 6 10 W        | 1 36000000 6 8 | 36000000:6:8 | 90  | 2",
        "sliding_window        | 32400000:8:0     | 37800000 7 10 W        | 0 36000000 0 8 | 32400000:8:0 | kept | 1",
        "sliding_window        | 32400000:1:0     | 36000001 10 10 W       | 0 36000000 0 1 | 32400000:1:0 | kept | 1",
        "sliding_window        | 28800000:9:9     | 36000000 10 10 W       | 1 36000000 10 0 | 36000000:10:0 | 120 | 2",
        "sliding_window        | 39600000:4:0     | 36000000 1 10 W        | 1 39600000 5 0 | 39600000:5:0 | 120 | 2",
        "sliding_window        | 37800000:2:0     | 38000000 1 10 W        | 1 36000000 3 0 | 36000000:3:0 | 87  | 2",
        "sliding_window        | hello            | 36000000 3 10 W        | 1 36000000 3 0 | 36000000:3:0 | 120 | 2",
        // taken weight window
        "sliding_window_refund | -                | 36000000 1 W           | 0       | -            | -    | 1",
        "sliding_window_refund | 36000000:3:5     | 36000000 2 W           | 2       | 36000000:1:5 | kept | 2",
        "sliding_window_refund | 36000000:3:5     | 37000000 4 W           | 3       | 36000000:0:5 | kept | 2",
        "sliding_window_refund | 36000000:3:5     | 35999999 4 W           | 4       | 36000000:3:1 | kept | 2",
        "sliding_window_refund | 36000000:3:5     | 32400000 20 W          | 5       | 36000000:3:0 | kept | 2",
        "sliding_window_refund | 36000000:3:5     | 32399999 1 W           | 0       | 36000000:3:5 | kept | 1",
        "sliding_window_refund | 36000000:0:0     | 36000000 1 W           | 0       | 36000000:0:0 | kept | 1",
        // now weight quota window
        "sliding_log           | -                | 36000000 3 10 W        | 1 3 36000000 36000000 0 | 36000000:3 | 60 | 2",
        "sliding_log           | 36000000:3       | 36000000 1 10 W        | 1 4 36000000 36000000 0 | 36000000:4 | 60 | 2",
        "sliding_log           | 36000000:3       | 36001000 1 10 W        | 1 4 36001000 36000000 0 | '36000000:3,36001000:1' | 60 | 2",
        "sliding_log           | 36000000:3       | 39600000 1 10 W        | 1 1 39600000 39600000 0 | 39600000:1 | 60 | 2",
        "sliding_log           | 36000000:3       | 39599999 8 10 W        | 0 3 36000000 36000000 36000000 | 36000000:3 | kept | 1",
        "sliding_log           | '36000000:3,36001000:4,36002000:3' | 36003000 5 10 W | 0 10 36002000 36000000 36001000 | '36000000:3,36001000:4,36002000:3' | kept | 1",
        "sliding_log           | '36000000:3,36001000:4' | 36002000 1 5 W  | 0 7 36001000 36000000 36000000 | '36000000:3,36001000:4' | kept | 1",
        "sliding_log           | 39600000:1       | 36000000 1 10 W        | 1 2 39600000 39600000 0 | 39600000:2 | 60 | 2",
        "sliding_log           | hello            | 36000000 3 10 W        | 1 3 36000000 36000000 0 | 36000000:3 | 60 | 2",
        // taken weight
        "sliding_log_refund    | -                | 36000000 1             | 0       | -            | -    | 1",
        "sliding_log_refund    | '36000000:3,36001000:4' | 36000000 2      | 2       | '36000000:1,36001000:4' | kept | 2",
        "sliding_log_refund    | '36000000:3,36001000:4' | 36000000 3      | 3       | 36001000:4   | kept | 2",
        "sliding_log_refund    | '36000000:3,36001000:4' | 36000500 5      | 4       | 36000000:3   | kept | 2",
        "sliding_log_refund    | '36000000:3,36001000:4' | 36000000 9      | 7       | -            | -    | 2",
        "sliding_log_refund    | 36000000:3       | 36000001 1             | 0       | 36000000:3   | kept | 1",
        // now weight quota window burst
        "token_bucket          | -                | 36000000 5 10 W 20     | 1 54000000 36000000 | 54000000:36000000:3600000 | 30 | 2",
        "token_bucket          | 0:36000000:3600000 | 36360000 1 10 W 20   | 1 0 36360000 | 0:36360000:3600000 | 120 | 2",
        "token_bucket          | 0:36000000:3600000 | 36359999 1 10 W 20   | 0 3599990 36359999 | 0:36000000:3600000 | kept | 1",
        "token_bucket          | 0:1:3600000      | 36000000 20 10 W 20    | 1 0 36000000 | 0:36000000:3600000 | 120 | 2",
        "token_bucket          | 3600000:39600000:3600000 | 36000000 1 10 W 20 | 1 0 39600000 | 0:39600000:3600000 | 120 | 2",
        "token_bucket          | 3600:36000000:1800 | 36000000 2 10 W 20   | 1 0 36000000 | 0:36000000:3600000 | 120 | 2",
        "token_bucket          | 9:36000000:0     | 36000000 20 10 W 20    | 1 0 36000000 | 0:36000000:3600000 | 120 | 2",
        "token_bucket_refund   | -                | 36000000 5 10 W 20     | 0       | -            | -    | 1",
        "token_bucket_refund   | 0:36000000:3600000 | 36000000 5 10 W 20   | 5       | 18000000:36000000:3600000 | kept | 2",
        "token_bucket_refund   | 0:36000000:3600000 | 36000000 20 10 W 20  | 20      | -            | -    | 2",
        "token_bucket_refund   | 70200000:36000000:3600000 | 36000000 3 10 W 20 | 1 | -           | -    | 2",
        "token_bucket_refund   | 0:36000000:3600000 | 36360000 1 10 W 20   | 1       | 7200000:36360000:3600000 | kept | 2",
      })
  void shouldGoFromStateToState(
      String script,
      String given,
      String arguments,
      String answer,
      String left,
      String ttl,
      int calls) {
    String key = "millrace:" + run + ":state";
    if (given != null) {
      plain.opsForValue().set(key, given, GIVEN_TTL);
    }
    ScriptCall call =
        new ScriptCall(
            RestScript.load("ratelimit/" + script.strip()),
            List.of(key),
            Stream.of(arguments.replace("W", "3600000").split(" ")).map(Long::valueOf).toList());
    long inside = inside();

    List<Reply> answered = RestRedis.await(redis.eval(call));

    assertThat(answered.stream().map(r -> "" + r.integer()).collect(Collectors.joining(" ")))
        .isEqualTo(answer);
    assertThat(plain.opsForValue().get(key)).isEqualTo(left);
    assertThat(inside() - inside).isEqualTo(calls);
    if (left != null) {
      Duration wanted = ttl.equals("kept") ? GIVEN_TTL : Duration.ofMinutes(Long.parseLong(ttl));
      assertThat(Duration.ofMillis(plain.getExpire(key, TimeUnit.MILLISECONDS)))
          .isBetween(wanted.minus(SLOWEST), wanted.plusMinutes(1));
    }
  }

  private long inside() {
    return redis.meter().billed() - redis.meter().sent();
  }
}
