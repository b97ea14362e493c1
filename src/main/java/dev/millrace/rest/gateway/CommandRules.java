package dev.millrace.rest.gateway;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Which commands pass, and why others do not. */
final class CommandRules {

  private static final Set<String> HARMLESS = Set.of("PING", "ECHO", "SELECT");
  private static final Set<String> TELLING_ALL_KEYS = Set.of("SCAN", "KEYS");
  private static final int SHOWN = 128;

  private final CommandCatalog catalog;
  private final Set<String> passing = new HashSet<>();
  private final Map<String, String> denied = new HashMap<>();
  // Commands of which a subcommand is named.
  private final Set<String> named = new HashSet<>(Set.of("SCRIPT"));

  CommandRules(CommandCatalog catalog, GatewayProperties properties) {
    this.catalog = catalog;
    properties.pass().forEach(name -> passing.add(CommandName.of("pass", name)));
    properties.allow().forEach(name -> passing.add(CommandName.of("allow", name)));
    properties.deny().forEach((name, reason) -> denied.put(CommandName.of("deny", name), reason));
    catalog.expect(passing);
    catalog.expect(denied.keySet());
    Stream.concat(passing.stream(), denied.keySet().stream())
        .filter(name -> name.contains("|"))
        .forEach(name -> named.add(name.substring(0, name.indexOf('|'))));
  }

  /** The error for a command that must not run; empty when it may. */
  Optional<String> refusal(RedisCall call, Access access) {
    CommandSpec command = catalog.find(call.name()).orElse(null);
    if (command == null) {
      return Optional.of(unknown(call));
    }
    String name = command.name();
    // Most commands have no second word that matters, and this is done for each of them.
    boolean two = !command.subcommands().isEmpty() || named.contains(name);
    String full = two ? name + "|" + call.upper(1) : name;
    Optional<String> never =
        NeverOverHttp.reason(name)
            .or(() -> NeverOverHttp.reason(full))
            .or(() -> two ? CommandOptions.subcommandReason(call) : Optional.empty())
            .or(() -> CommandOptions.reason(call));
    if (never.isPresent()) {
      return never.map(reason -> unavailable(name, reason));
    }
    CommandSpec exact = two ? command.subcommands().getOrDefault(call.upper(1), command) : command;
    if (access == Access.READ && !reads(name, exact)) {
      return Optional.of(forbidden(exact));
    }
    return denial(name, full, exact);
  }

  /** The error for a stream of events that must not begin; empty when it may. */
  Optional<String> streamRefusal(RedisCall call, Access access) {
    CommandSpec spec = catalog.find(call.name()).orElse(null);
    if (spec == null) {
      return Optional.of(unknown(call));
    }
    return access == Access.READ ? Optional.of(forbidden(spec)) : denial(spec.name(), "", spec);
  }

  private Optional<String> denial(String name, String full, CommandSpec spec) {
    if (passing.contains(full) || passing.contains(name)) {
      return Optional.empty();
    }
    String reason = denied.getOrDefault(full, denied.get(name));
    if (reason == null && !Collections.disjoint(spec.categories(), denied.keySet())) {
      // In an order, so that the same reason is told each time.
      reason = denied.get(first(spec.categories()));
    }
    if (reason == null) {
      if (!Collections.disjoint(spec.categories(), passing)) {
        return Optional.empty();
      }
      reason = "it is in none of the groups that millrace.gateway.pass lists";
    }
    return Optional.of(
        unavailable(name, reason)
            + "; millrace.gateway.allow: \""
            + shown(name, full, spec)
            + "\" opens it");
  }

  private String first(Set<String> categories) {
    return categories.stream().filter(denied::containsKey).sorted().findFirst().orElseThrow();
  }

  private static String shown(String name, String full, CommandSpec spec) {
    return spec.name().contains("|") ? full : name;
  }

  private static boolean reads(String name, CommandSpec spec) {
    return HARMLESS.contains(name)
        || spec.categories().contains("@read") && !TELLING_ALL_KEYS.contains(name);
  }

  private static String forbidden(CommandSpec spec) {
    return "NOPERM this user has no permissions to run the '"
        + spec.name().toLowerCase(Locale.ROOT)
        + "' command";
  }

  private static String unavailable(String name, String reason) {
    return "ERR Command is not available: '" + name + "', " + reason;
  }

  /** In the words of Redis 7. */
  private static String unknown(RedisCall call) {
    StringBuilder text = new StringBuilder("ERR unknown command '");
    text.append(cut(call.text(0))).append("', with args beginning with: ");
    for (int i = 1; i < call.size() && text.length() < 2 * SHOWN; i++) {
      text.append('\'').append(cut(call.text(i))).append("' ");
    }
    return text.toString();
  }

  private static String cut(String word) {
    return word.length() > SHOWN ? word.substring(0, SHOWN) : word;
  }

  /** What the server says of a command that may run. */
  Optional<CommandSpec> spec(RedisCall call) {
    return catalog
        .find(call.name())
        .map(
            spec ->
                spec.subcommands().isEmpty()
                    ? spec
                    : spec.subcommands().getOrDefault(call.upper(1), spec));
  }
}
