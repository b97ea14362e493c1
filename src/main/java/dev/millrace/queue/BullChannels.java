package dev.millrace.queue;

import java.util.List;

/**
 * What Bull 4 publishes of a queue when it adds: {@code waiting@<token>}, and for a delayed job
 * {@code delayed} with the time at which it is due.
 */
record BullChannels(QueueKeys keys) {

  private static final String WAITING = "waiting@";
  private static final String DELAYED = "delayed";

  /** The patterns to subscribe to, and some more channels. */
  List<String> patterns(String... more) {
    // What the name holds of a pattern's own signs counts as itself.
    String literal = literal(keys.base());
    List<String> patterns =
        new java.util.ArrayList<>(List.of(literal + WAITING + "*", literal + DELAYED));
    for (String channel : more) {
      patterns.add(literal(channel));
    }
    return patterns;
  }

  /** Tells the consumer, if the channel is one of its queue. */
  void tell(QueueConsumer consumer, String channel, String text, long nowMillis) {
    if (!channel.startsWith(keys.base()) || !consumer.takes()) {
      return;
    }
    String event = channel.substring(keys.base().length());
    if (event.startsWith(WAITING)) {
      consumer.want();
    } else if (event.equals(DELAYED)) {
      consumer.wantAt(due(text, nowMillis));
    }
  }

  /** What is no time is looked at now. */
  private static long due(String text, long nowMillis) {
    try {
      return (long) Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return nowMillis;
    }
  }

  private static String literal(String text) {
    return text.replaceAll("([\\\\*?\\[\\]])", "\\\\$1");
  }
}
