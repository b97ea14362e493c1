package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import dev.millrace.rest.gateway.RedisReply.Many;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands that the server has, asked when the first is needed. One that is not among them is
 * asked for again, though rarely: a module may have been loaded, or the server replaced.
 */
final class CommandCatalog {

  private static final Logger LOG = LoggerFactory.getLogger(CommandCatalog.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMinutes(1);

  private final GatewayLink link;
  private final Clock clock;
  private final Set<String> expected = ConcurrentHashMap.newKeySet();
  private final AtomicReference<FutureTask<Known>> looking = new AtomicReference<>();
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
    if (spec != null || isFresh(known)) {
      return Optional.ofNullable(spec);
    }
    return Optional.ofNullable(look().commands.get(name));
  }

  /** Names of settings, to tell of those that the server does not have. */
  void expect(Collection<String> names) {
    names.stream().filter(name -> !name.startsWith("@")).forEach(expected::add);
  }

  /** One asks for all who need it, so that they wait, and fail, together. */
  private Known look() {
    FutureTask<Known> mine = new FutureTask<>(this::ask);
    FutureTask<Known> asking = looking.compareAndExchange(null, mine);
    if (asking == null) {
      asking = mine;
      try {
        mine.run();
      } finally {
        looking.set(null);
      }
    }
    try {
      return asking.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new GatewayRefusal(Reason.UNAVAILABLE, "ERR the gateway is stopping", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GatewayRefusal refusal) {
        throw new GatewayRefusal(refusal.reason(), refusal.getMessage(), refusal);
      }
      throw new IllegalStateException("What Redis says of its commands was not understood", e);
    }
  }

  private boolean isFresh(Known told) {
    return told.at.isAfter(clock.instant().minus(BETWEEN_LOOKS));
  }

  private Known ask() {
    if (isFresh(known)) {
      return known;
    }
    RedisCall question = new RedisCall(List.of("COMMAND".getBytes(StandardCharsets.US_ASCII)));
    RedisReply told = link.run(List.of(Sent.of(question, 0))).getFirst();
    if (!(told instanceof Many many)) {
      throw new GatewayRefusal(Reason.UNAVAILABLE, "ERR Redis does not say which commands it has");
    }
    Map<String, CommandSpec> commands = new HashMap<>();
    for (RedisReply one : many.elements()) {
      CommandSpec spec = CommandSpec.of(one);
      commands.put(spec.name(), spec);
    }
    known = new Known(Map.copyOf(commands), clock.instant());
    Set<String> missing = missing();
    if (!missing.isEmpty()) {
      LOG.info(
          "millrace.gateway.pass, deny or allow names what this Redis does not have: {}", missing);
      expected.removeAll(missing);
    }
    return known;
  }

  /** What settings name and the server does not have; subcommands only where it tells them. */
  Set<String> missing() {
    Set<String> missing = new TreeSet<>();
    for (String name : expected) {
      String[] parts = name.split("\\|");
      CommandSpec spec = known.commands.get(parts[0]);
      boolean told = spec != null && parts.length > 1 && !spec.subcommands().isEmpty();
      if (spec == null || told && !spec.subcommands().containsKey(parts[1])) {
        missing.add(name);
      }
    }
    return missing;
  }

  private record Known(Map<String, CommandSpec> commands, Instant at) {}
}
