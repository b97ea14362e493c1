package dev.millrace.rest.client;

import java.io.IOException;
import java.io.InputStream;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Reads an answer within the route, where what is lost half-way can be asked for again. */
final class AnswerBody implements Processor {

  /** What the client that asked takes into memory, in bytes. */
  static final String LARGEST = "largestAnswer";

  @Override
  public void process(Exchange answered) throws IOException {
    int limit = answered.getProperty(LARGEST, Integer.class);
    try (InputStream body = answered.getMessage().getBody(InputStream.class)) {
      byte[] bytes = body == null ? new byte[0] : body.readNBytes(limit);
      if (bytes.length == limit && body.read() >= 0) {
        throw new TooLarge(limit);
      }
      answered.getMessage().setBody(bytes);
    }
  }

  /** More than is taken into memory; asking again would not help. */
  static final class TooLarge extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooLarge(int limit) {
      super("the answer is larger than " + limit + " bytes (redis.rest.max-answer-size)");
    }
  }
}
