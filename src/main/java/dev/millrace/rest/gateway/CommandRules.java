package dev.millrace.rest.gateway;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Which commands pass, and why others do not. */
final class CommandRules {

  private static final Set<String> HARMLESS = Set.of("PING", "ECHO", "SELECT");
  private static final Set<String> TELLING_ALL_KEYS = Set.of("SCAN", "KEYS");
  private static final int SHOWN = 128;

  private final CommandCatalog catalog;
  private final Set<String> passing = new HashSet<>();
  private final Map<String, String> denied = new HashMap<>();

  CommandRules(CommandCatalog catalog, GatewayProperties properties) {
    this.catalog = catalog;
    properties.pass().forEach(name -> passing.add(canonical(name)));
    properties.allow().forEach(name -> passing.add(canonical(name)));
    properties.deny().forEach((name, reason) -> denied.put(canonical(name), reason));
  }

  /** The error for a command that must not run; empty when it may. */
  Optional<String> refusal(RedisCall call, Access access) {
    CommandSpec command = catalog.find(call.name()).orElse(null);
    if (command == null) {
      return Optional.of(unknown(call));
    }
    CommandSpec sub = command.subcommands().get(call.upper(1));
    String name = command.name();
    String full = name + "|" + call.upper(1);
    Optional<String> never = NeverOverHttp.reason(name).or(() -> NeverOverHttp.reason(full));
    if (never.isPresent()) {
      return never.map(reason -> unavailable(name, reason));
    }
    if (NeverOverHttp.waits(call)) {
      return Optional.of(
          unavailable(name, "the option BLOCK would block the connection that all requests share"));
    }
    if (name.equals("SELECT") && !call.upper(1).equals("0")) {
      return Optional.of(unavailable(name, "there is only database 0"));
    }
    CommandSpec exact = sub == null ? command : sub;
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
    for (String category : new TreeSet<>(spec.categories())) {
      reason = reason == null ? denied.get(category) : reason;
    }
    if (reason == null) {
      if (spec.categories().stream().anyMatch(passing::contains)) {
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

  private static String canonical(String name) {
    String trimmed = name.strip();
    return trimmed.startsWith("@")
        ? trimmed.toLowerCase(Locale.ROOT)
        : trimmed.toUpperCase(Locale.ROOT);
  }

  /** What the server says of a command that may run. */
  Optional<CommandSpec> spec(RedisCall call) {
    return catalog
        .find(call.name())
        .map(spec -> spec.subcommands().getOrDefault(call.upper(1), spec));
  }
}
