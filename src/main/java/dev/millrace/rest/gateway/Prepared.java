package dev.millrace.rest.gateway;

import java.util.List;

/**
 * A command of a request: either already answered here, or ready to be sent.
 *
 * @param call as the client sent it
 * @param answer what is answered without asking Redis; null = ask
 * @param toSend as Redis is to see it; null when it is answered
 * @param keys which words of it are keys
 */
record Prepared(RedisCall call, RedisReply answer, RedisCall toSend, List<Integer> keys) {

  static Prepared answered(RedisCall call, RedisReply answer) {
    return new Prepared(call, answer, null, List.of());
  }

  /** Whether it must not run. */
  boolean isRefused() {
    return answer instanceof RedisReply.Failure;
  }

  /** A fresh command for the wire. */
  Sent sent() {
    return Sent.of(toSend, keys.isEmpty() ? 0 : keys.getFirst());
  }
}
