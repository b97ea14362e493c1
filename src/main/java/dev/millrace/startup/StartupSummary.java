package dev.millrace.startup;

import dev.millrace.embedded.Patience;
import dev.millrace.queue.ConsumptionMode;
import dev.millrace.queue.QueueEngine;
import dev.millrace.redis.RedisConnections;
import dev.millrace.redis.SharedLink;
import dev.millrace.sandbox.Sandbox;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.core.types.RedisClientInfo;
import org.springframework.stereotype.Component;

/** Says after the start, in a few lines, what is running where and what to open next. */
@Component
public class StartupSummary {

  private static final Logger LOG = LoggerFactory.getLogger(StartupSummary.class);
  private static final Duration CONNECTING = Duration.ofSeconds(3);
  private static final int FEW = 3;

  private final Servers servers;
  private final AdminToken token;
  private final GatewayToken gateway;
  private final UsersSecret users;
  private final ObjectProvider<Sandbox> sandbox;
  private final RedisConnections redis;
  private final SharedLink link;
  private final CamelContext camel;
  private final QueueEngine engine;
  private final Environment environment;

  public StartupSummary(
      Servers servers,
      AdminToken token,
      GatewayToken gateway,
      UsersSecret users,
      ObjectProvider<Sandbox> sandbox,
      RedisConnections redis,
      SharedLink link,
      CamelContext camel,
      QueueEngine engine,
      Environment environment) {
    this.servers = servers;
    this.token = token;
    this.gateway = gateway;
    this.users = users;
    this.sandbox = sandbox;
    this.redis = redis;
    this.link = link;
    this.camel = camel;
    this.engine = engine;
    this.environment = environment;
  }

  @EventListener(ApplicationReadyEvent.class)
  public void log() {
    LOG.info("Jobs        {} queues worked by the routes in {}", jobRoutes(), routes());
    LOG.info("Consumed    {}", consumption());
    LOG.info("Redis       {}, {}", place(servers.redis()), connections());
    LOG.info("PostgreSQL  {}", place(servers.database()));
    Sandbox running = sandbox.getIfAvailable();
    if (running == null) {
      LOG.info("Google      {}", environment.getProperty("google.calendar-base"));
      LOG.info("Twilio      {}", environment.getProperty("twilio.base"));
    } else {
      LOG.info(
          "Sandbox     {} people; stands in for Google, Twilio and mail; page {}",
          running.users().size(),
          running.page());
    }
    LOG.info(
        "Mail        smtp://{}:{}",
        environment.getProperty("spring.mail.host"),
        environment.getProperty("spring.mail.port"));
    LOG.info("Admin       {}", admin());
    LOG.info("Users       {}", users());
    LOG.info("REST        {}", rest());
    String here = "http://localhost:" + environment.getProperty("local.server.port");
    LOG.info(
        "Open next   {}/actuator/health  {}/actuator/prometheus{}{}",
        here,
        here,
        environment.getProperty("millrace.docs.open", Boolean.class, false)
            ? "  " + here + "/docs"
            : "",
        running == null ? "" : "  " + running.page());
  }

  private String rest() {
    if (gateway.value().isEmpty()) {
      return "/redis is closed; MILLRACE_GATEWAY_TOKEN opens it";
    }
    return "/redis opens with the token "
        + gateway
            .madeIn()
            .map(file -> "in " + relative(file.path()))
            .orElse("of " + GatewayToken.SETTING);
  }

  private String admin() {
    if (token.value().isEmpty()) {
      return "/api and /actuator/consumption are closed; MILLRACE_ADMIN_TOKEN opens them";
    }
    return "/api and /actuator/consumption open with the token "
        + token
            .madeIn()
            .map(file -> "in " + relative(file.path()))
            .orElse("of " + AdminToken.SETTING);
  }

  private String users() {
    String provider = environment.getProperty(UsersSecret.PROVIDER, "");
    if (!provider.isBlank()) {
      return "signed in by tokens of " + environment.getProperty("millrace.users.issuer");
    }
    return users.madeIn().isPresent()
        ? "signed in by tokens of the secret in " + relative(users.madeIn().get().path())
        : users.configured()
            ? "signed in by tokens of " + UsersSecret.SETTING
            : "nobody can sign in; MILLRACE_USERS_SECRET lets them";
  }

  private long jobRoutes() {
    return camel.getRoutes().stream()
        .map(Route::getEndpoint)
        .filter(endpoint -> endpoint.getEndpointUri().startsWith("bullmq:"))
        .count();
  }

  /**
   * For example {@code pooled 10, legacy 1 [calendar-sync]}: the many by number, the few by name.
   */
  private String consumption() {
    Map<ConsumptionMode, List<String>> queues = new TreeMap<>();
    engine
        .modes()
        .forEach((queue, mode) -> queues.computeIfAbsent(mode, m -> new ArrayList<>()).add(queue));
    return queues.entrySet().stream()
        .map(
            one ->
                one.getKey().text()
                    + " "
                    + one.getValue().size()
                    + (queues.size() == 1 || one.getValue().size() > FEW
                        ? ""
                        : " " + one.getValue()))
        .collect(Collectors.joining(", "));
  }

  private String routes() {
    return shown(Path.of(environment.getRequiredProperty(RoutesInitializer.SETTING)));
  }

  private String place(Servers.Place place) {
    return place.embedded()
        ? place.address() + " (embedded, state in " + shown(servers.data()) + ")"
        : place.address();
  }

  /**
   * Counted by Redis itself: what is paid for is what it sees, not what we believe to have open.
   */
  private String connections() {
    Patience.until(CONNECTING, () -> link.openConnections() >= expected());
    if (redis.isClustered()) {
      // To ask each node, the factory would open a connection to each, and keep them.
      return link.openConnections() + " connections open";
    }
    try (RedisConnection connection = redis.factory().getConnection()) {
      String ours = RedisConnections.clientName(redis.instance(), "");
      List<RedisClientInfo> all = connection.serverCommands().getClientList();
      List<String> roles =
          all == null
              ? List.of()
              : all.stream()
                  .map(RedisClientInfo::getName)
                  .filter(name -> name != null && name.startsWith(ours))
                  .map(name -> name.substring(ours.length()))
                  .sorted()
                  .toList();
      return roles.size() + " connections open" + (roles.size() > FEW ? "" : " " + roles);
    } catch (RuntimeException e) {
      return "not reachable yet; the application keeps trying";
    }
  }

  private int expected() {
    Collection<ConsumptionMode> modes = engine.modes().values();
    int legacy = Collections.frequency(modes, ConsumptionMode.LEGACY);
    return (redis.isClustered() ? 2 : 1)
        + (modes.contains(ConsumptionMode.POOLED) ? 1 : 0)
        + 3 * legacy;
  }

  private static String shown(Path path) {
    return relative(path) + "/";
  }

  private static Path relative(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute) : absolute;
  }
}
