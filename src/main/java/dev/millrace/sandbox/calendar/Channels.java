package dev.millrace.sandbox.calendar;

import dev.millrace.sandbox.google.Opaque;
import dev.millrace.sandbox.http.LoopbackClient;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The push channels and the messages sent to them. */
public final class Channels implements AutoCloseable {

  /** What a channel lives if nothing shorter is asked for. */
  public static final Duration USUAL_LIFE = Duration.ofSeconds(604_800);

  private static final Set<Integer> REPEATED = Set.of(500, 502, 503, 504);
  private static final int ATTEMPTS = 4;
  private static final int PUSHES_KEPT = 5_000;
  private static final DateTimeFormatter READABLE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  private final Clock clock;
  private final boolean allowHttp;
  private final LoopbackClient http = new LoopbackClient();
  private final Map<String, Channel> live = new HashMap<>();
  private final Set<String> usedIds = new HashSet<>();
  private final Deque<Push> pushes = new ArrayDeque<>();
  private Duration longestLife = USUAL_LIFE;
  private int toDrop;
  private int toDuplicate;

  /**
   * @param allowHttp whether {@code http://} addresses of this machine are accepted too
   */
  public Channels(Clock clock, boolean allowHttp) {
    this.clock = clock;
    this.allowHttp = allowHttp;
  }

  /** New channels live no longer than this, whatever they ask for. */
  public synchronized void limitLife(Duration longest) {
    longestLife = longest;
  }

  /** The next messages about changes are lost on their way. */
  public synchronized void dropNext(int messages) {
    toDrop = messages;
  }

  /** The next messages about changes arrive twice, with the same number. */
  public synchronized void duplicateNext(int messages) {
    toDuplicate = messages;
  }

  /** The messages so far, oldest first; one line for each, repeats after errors included in it. */
  public synchronized List<Push> pushes() {
    return List.copyOf(pushes);
  }

  /** The ids of the account's channels that are neither stopped nor expired. */
  public synchronized List<String> live(String account) {
    dropExpired();
    return live.values().stream().filter(c -> c.account.equals(account)).map(c -> c.id).toList();
  }

  Instant now() {
    return clock.instant();
  }

  boolean accepts(URI address) {
    return "https".equals(address.getScheme())
        || (allowHttp && "http".equals(address.getScheme()) && LoopbackClient.reaches(address));
  }

  /** Opens a channel and sends its {@code sync} message; empty if the id was used before. */
  Optional<Channel> open(
      String id,
      String token,
      URI address,
      String account,
      String calendarId,
      String resourceUri,
      Duration wanted) {
    Channel channel;
    synchronized (this) {
      if (!usedIds.add(id)) {
        return Optional.empty();
      }
      Duration life = wanted.compareTo(longestLife) < 0 ? wanted : longestLife;
      String resourceId = Opaque.derived("resource|" + account + "|" + calendarId).substring(0, 27);
      Instant expiresAt = clock.instant().plus(life);
      channel =
          new Channel(id, token, address, account, calendarId, resourceId, resourceUri, expiresAt);
      live.put(id, channel);
    }
    channel.messageNumber.set(1);
    // Before the answer, as it happens at Google; only repeats after an error do not hold it up.
    if (!attempt(channel, 1, "sync", 1)) {
      channel.tail =
          channel.tail.thenRunAsync(() -> deliver(channel, 1, "sync", 2), http.threads());
    }
    return Optional.of(channel);
  }

  /** Whether there was such a channel of this account. */
  synchronized boolean stop(String account, String id, String resourceId) {
    dropExpired();
    Channel channel = live.get(id);
    if (channel == null
        || !channel.account.equals(account)
        || !channel.resourceId.equals(resourceId)) {
      return false;
    }
    live.remove(id);
    return true;
  }

  synchronized void changed(String calendarId) {
    dropExpired();
    for (Channel channel : new ArrayList<>(live.values())) {
      if (channel.calendarId.equals(calendarId)) {
        long number = channel.messageNumber.addAndGet(1 + Math.floorMod(calendarId.hashCode(), 3));
        if (toDrop > 0) {
          toDrop--;
          record(new Push(clock.instant(), channel.id, number, "exists", 0, true));
        } else {
          send(channel, number);
          if (toDuplicate > 0) {
            toDuplicate--;
            send(channel, number);
          }
        }
      }
    }
  }

  private void send(Channel channel, long number) {
    channel.tail =
        channel.tail.thenRunAsync(() -> deliver(channel, number, "exists", 1), http.threads());
  }

  private void deliver(Channel channel, long number, String state, int firstAttempt) {
    int attempt = firstAttempt;
    while ((attempt == 1 || pause(attempt)) && !attempt(channel, number, state, attempt)) {
      attempt++;
    }
  }

  /** Whether the message is done with: taken, refused for good, or tried often enough. */
  private boolean attempt(Channel channel, long number, String state, int attempt) {
    int status = http.send(channel.address, request -> write(request, channel, number, state));
    if (REPEATED.contains(status) && attempt < ATTEMPTS) {
      return false;
    }
    record(new Push(clock.instant(), channel.id, number, state, status, false));
    return true;
  }

  private static boolean pause(int attempt) {
    try {
      Thread.sleep(Duration.ofMillis(100L << attempt));
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void write(
      HttpRequest.Builder request, Channel channel, long number, String state) {
    request
        .timeout(Duration.ofSeconds(5))
        .header(
            "User-Agent",
            "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)")
        .header("X-Goog-Channel-ID", channel.id)
        .header("X-Goog-Message-Number", String.valueOf(number))
        .header("X-Goog-Resource-ID", channel.resourceId)
        .header("X-Goog-Resource-State", state)
        .header("X-Goog-Resource-URI", channel.resourceUri)
        .header("X-Goog-Channel-Expiration", READABLE.format(channel.expiresAt))
        .POST(HttpRequest.BodyPublishers.noBody());
    if (channel.token != null) {
      request.header("X-Goog-Channel-Token", channel.token);
    }
  }

  private synchronized void record(Push push) {
    if (pushes.size() == PUSHES_KEPT) {
      pushes.removeFirst();
    }
    pushes.addLast(push);
  }

  private void dropExpired() {
    Instant now = clock.instant();
    live.values().removeIf(channel -> !now.isBefore(channel.expiresAt));
  }

  @Override
  public void close() {
    http.close();
  }
}
