package dev.millrace.redis;

import dev.millrace.embedded.FreePort;
import dev.millrace.embedded.Patience;
import dev.millrace.embedded.PidFile;
import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real redis-server of our own, for a machine where none is configured. It listens on the
 * loopback interface only and writes every change to an append-only file, so its state survives a
 * restart.
 *
 * <pre>
 * directory/
 *   bin/redis-server     taken once from the jar that bundles it
 *   redis.pid            written by the server, removed by it on a clean stop
 *   redis.port           written by us: where the server of redis.pid listens
 *   redis.log
 *   appendonly.aof
 * </pre>
 *
 * The server runs in a session of its own: Ctrl-C in the terminal reaches the application but not
 * the server, which must outlive the application's last command. For the same reason it outlives an
 * application that was killed; the next start finds it and goes on with it, since two servers on
 * one append-only file would ruin it.
 */
public final class EmbeddedRedis {

  /** Chosen away from Redis' own 6379, which a developer's machine often has in use. */
  public static final int DEFAULT_PORT = 6390;

  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedRedis.class);
  private static final Duration START_LIMIT = Duration.ofSeconds(20);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final Path directory;
  private final ProcessHandle process;
  private final int port;
  private final boolean adopted;

  private EmbeddedRedis(Path directory, ProcessHandle process, int port, boolean adopted) {
    this.directory = directory;
    this.process = process;
    this.port = port;
    this.adopted = adopted;
  }

  /**
   * Starts the server of this directory, or takes over the one that a killed application left.
   *
   * @param directory where the server keeps its files; created when missing
   * @param preferredPort the port to listen on; another free one is taken when it is in use, and
   *     any free one for 0
   * @throws RefusedSetting when the server cannot run here; the remedy is a Redis of the user's own
   */
  public static EmbeddedRedis start(Path directory, int preferredPort) {
    Path home = directory.toAbsolutePath().normalize();
    Optional<EmbeddedRedis> running = running(home);
    if (running.isPresent()) {
      return running.get();
    }
    try {
      Files.createDirectories(home);
      Path binary = RedisBinary.in(home.resolve("bin"));
      int port = FreePort.near(preferredPort);
      Files.deleteIfExists(pidFile(home).path());
      Files.writeString(portFile(home).path(), Integer.toString(port));
      launch(home, binary, port);
      return new EmbeddedRedis(home, awaitReady(home, port), port, false);
    } catch (IOException e) {
      throw new RefusedSetting(
          "The embedded Redis could not be started in " + home + ": " + e.getMessage(),
          "Make that directory writable, or set REDIS_URL to a Redis of your own.",
          e);
    }
  }

  /**
   * The server that already runs on the files of this directory, if there is one.
   *
   * @throws RefusedSetting when it runs but does not answer
   */
  public static Optional<EmbeddedRedis> running(Path directory) {
    Path home = directory.toAbsolutePath().normalize();
    Optional<ProcessHandle> process = pidFile(home).process();
    Optional<Integer> port = portFile(home).number(0).map(Long::intValue);
    if (process.isEmpty() || port.isEmpty()) {
      return Optional.empty();
    }
    // A process id is reused sooner or later: only a Redis that says it is this process counts.
    long pid = process.get().pid();
    if (RedisProbe.processId(port.get()).orElse(-1) == pid) {
      awaitReady(home, port.get());
      return Optional.of(new EmbeddedRedis(home, process.get(), port.get(), true));
    }
    String binary = home.resolve("bin").resolve("redis-server").toString();
    if (process.get().info().command().filter(binary::equals).isPresent()) {
      throw new RefusedSetting(
          "The embedded Redis of " + home + " (process " + pid + ") runs but does not answer.",
          "Stop it with: kill " + pid);
    }
    return Optional.empty();
  }

  public int port() {
    return port;
  }

  /** Whether this server was found running, left behind by an application that was killed. */
  public boolean adopted() {
    return adopted;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  public Path directory() {
    return directory;
  }

  /** Stops the server after its last change is on disk; does nothing when it is already gone. */
  public void stop() {
    // SIGTERM does what SHUTDOWN does, append-only file included, and needs no connection.
    process.destroy();
    if (!Patience.until(STOP_LIMIT, () -> pidFile(directory).isGone(process))) {
      LOG.warn("The embedded Redis (process {}) did not stop in {}: killing it", pid(), STOP_LIMIT);
      process.destroyForcibly();
    }
  }

  public long pid() {
    return process.pid();
  }

  private static void launch(Path home, Path binary, int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(binary.toString()));
    command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
    command.addAll(List.of("--dir", home.toString()));
    command.addAll(List.of("--pidfile", pidFile(home).path().toString()));
    command.addAll(List.of("--logfile", home.resolve("redis.log").toString()));
    command.addAll(List.of("--appendonly", "yes", "--save", ""));
    // Jobs must be refused loudly, not evicted silently, when memory runs out.
    command.addAll(List.of("--maxmemory-policy", "noeviction"));
    // A session of its own: the terminal's Ctrl-C must not reach it.
    command.addAll(List.of("--daemonize", "yes"));
    Process launcher = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output =
        new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (launcher.onExit().join().exitValue() != 0) {
      throw new IOException(binary + " said: " + output);
    }
  }

  private static ProcessHandle awaitReady(Path home, int port) {
    PidFile pidFile = pidFile(home);
    boolean ready =
        Patience.until(
            START_LIMIT, () -> pidFile.process().isPresent() && RedisProbe.isReady(port));
    return pidFile
        .process()
        .filter(process -> ready)
        .orElseThrow(
            () ->
                new RefusedSetting(
                    "The embedded Redis did not answer on port "
                        + port
                        + " in "
                        + START_LIMIT
                        + ".",
                    "See "
                        + home.resolve("redis.log")
                        + ", or set REDIS_URL to a Redis of yours."));
  }

  private static PidFile pidFile(Path home) {
    return new PidFile(home.resolve("redis.pid"));
  }

  private static PidFile portFile(Path home) {
    return new PidFile(home.resolve("redis.port"));
  }
}
