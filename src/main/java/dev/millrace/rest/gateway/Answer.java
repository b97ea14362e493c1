package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.RedisReply.Failure;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;

/** What goes back over HTTP. */
record Answer(int status, String contentType, byte[] body) {

  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;

  /** It was written as events already. */
  static final Answer STREAMED = new Answer(OK, "", new byte[0]);

  /** Of a request that holds one command. */
  static Answer of(ReplyFormat format, RedisReply reply) {
    int status = reply instanceof Failure ? BAD_REQUEST : OK;
    return new Answer(status, format.contentType(), format.answer(reply));
  }

  /** Of one that holds several; their errors are in their places. */
  static Answer of(ReplyFormat format, List<RedisReply> replies) {
    return new Answer(OK, format.contentType(), format.answer(replies));
  }

  static Answer of(GatewayRefusal refusal, ReplyFormat format) {
    return new Answer(
        refusal.reason().status(),
        format.contentType(),
        format.answer(new Failure(refusal.getMessage())));
  }

  /** Sends it, for who stands before the route. */
  void write(HttpServletResponse response) throws IOException {
    response.setStatus(status);
    response.setHeader(SyncToken.HEADER, SyncToken.next());
    response.setContentType(contentType);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
