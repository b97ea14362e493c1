package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.RedisReply.Failure;

/** What goes back over HTTP. */
record Answer(int status, String contentType, byte[] body) {

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;

  /** Of a request that holds one command. */
  static Answer of(ReplyFormat format, RedisReply reply) {
    int status = reply instanceof Failure ? BAD_REQUEST : OK;
    return new Answer(status, format.contentType(), format.answer(reply));
  }

  static Answer ok(ReplyFormat format, byte[] body) {
    return new Answer(OK, format.contentType(), body);
  }

  static Answer of(GatewayRefusal refusal) {
    ReplyFormat format = ReplyFormat.JSON;
    return new Answer(
        refusal.reason().status(),
        format.contentType(),
        format.answer(new Failure(refusal.getMessage())));
  }
}
