package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.RedisReply.Many;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The commands that the server has, asked when the first is needed. One that is not among them is
 * asked for again, though rarely: a module may have been loaded, or the server replaced.
 */
final class CommandCatalog {

  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  private final GatewayLink link;
  private final Clock clock;
  private volatile Known known = new Known(Map.of(), Instant.MIN);

  CommandCatalog(GatewayLink link, Clock clock) {
    this.link = link;
    this.clock = clock;
  }

  /**
   * @param name in capitals
   * @throws GatewayRefusal when the server does not answer
   */
  Optional<CommandSpec> find(String name) {
    CommandSpec spec = known.commands.get(name);
    if (spec != null || known.at.isAfter(clock.instant().minus(BETWEEN_LOOKS))) {
      return Optional.ofNullable(spec);
    }
    return Optional.ofNullable(look().commands.get(name));
  }

  private synchronized Known look() {
    if (known.at.isAfter(clock.instant().minus(BETWEEN_LOOKS))) {
      return known;
    }
    RedisCall question = new RedisCall(List.of("COMMAND".getBytes(StandardCharsets.US_ASCII)));
    RedisReply told = link.run(List.of(Sent.of(question, 0))).getFirst();
    if (!(told instanceof Many many)) {
      throw new GatewayRefusal(
          GatewayRefusal.Reason.UNAVAILABLE, "ERR Redis does not say which commands it has");
    }
    Map<String, CommandSpec> commands = new HashMap<>();
    for (RedisReply one : many.elements()) {
      CommandSpec spec = CommandSpec.of(one);
      commands.put(spec.name(), spec);
    }
    known = new Known(Map.copyOf(commands), clock.instant());
    return known;
  }

  private record Known(Map<String, CommandSpec> commands, Instant at) {}
}
