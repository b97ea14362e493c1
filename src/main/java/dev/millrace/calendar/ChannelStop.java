package dev.millrace.calendar;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.calendar.ChannelEnds.Stoppable;
import dev.millrace.job.WaitException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Ends push channels. That Google does not stop one is no reason to keep a user waiting: messages
 * of a channel that is not live any more are ignored, and it ends by itself within a week.
 */
@Component
public class ChannelStop {

  private static final Logger LOG = LoggerFactory.getLogger(ChannelStop.class);

  /** Less than one request to Google may take: the user waits for all of them. */
  static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ChannelEnds channels;
  private final WatchClient client;

  ChannelStop(ChannelEnds channels, WatchClient client) {
    this.channels = channels;
    this.client = client;
  }

  /**
   * Ends all channels of a connection that is about to be disconnected. Call it before the tokens
   * are deleted: only they can stop a channel. Whatever Google says, no message of these channels
   * is heard afterwards.
   *
   * @return how many channels Google has stopped
   */
  public int stopAll(UUID connectionId) {
    List<Stoppable> live = channels.liveOfConnection(connectionId);
    Set<UUID> stopped = stop(live);
    live.forEach(
        channel ->
            channels.end(
                channel.channelId(), stopped.contains(channel.channelId()) ? "stopped" : "failed"));
    return stopped.size();
  }

  /**
   * Ends the channels of calendars that are no longer selected. What Google does not stop now, the
   * sweep of webhook-renewal tries again.
   *
   * @return how many channels Google has stopped
   */
  public int stop(Collection<UUID> calendarIds) {
    List<Stoppable> live = channels.liveOfCalendars(calendarIds);
    Set<UUID> stopped = stop(live);
    for (Stoppable channel : live) {
      if (stopped.contains(channel.channelId())) {
        channels.end(channel.channelId(), "stopped");
      } else {
        channels.leaveToSweep(channel.channelId());
      }
    }
    return stopped.size();
  }

  /** The channels that Google stopped while a user waited, which is {@link #PATIENCE} at most. */
  private Set<UUID> stop(List<Stoppable> live) {
    Set<UUID> stopped = ConcurrentHashMap.newKeySet();
    List<Stoppable> known = live.stream().filter(channel -> channel.resourceId() != null).toList();
    if (known.isEmpty()) {
      return Set.of();
    }
    FutureTask<Void> asking = new FutureTask<>(() -> ask(known, stopped), null);
    Thread.ofVirtual().name("channel-stop").start(asking);
    try {
      asking.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException slow) {
      LOG.info("Google has stopped {} of {} channels in time", stopped.size(), known.size());
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException failure) {
      throw new IllegalStateException("channels could not be stopped", failure.getCause());
    } finally {
      asking.cancel(true);
    }
    return Set.copyOf(stopped);
  }

  private void ask(List<Stoppable> known, Set<UUID> stopped) {
    for (Stoppable channel : known) {
      Answer answer = stop(channel);
      if (answer == Answer.STOPPED) {
        stopped.add(channel.channelId());
      } else if (answer == Answer.AWAY) {
        return;
      }
    }
  }

  /** Ends one channel, or leaves it to the sweep; answers whether it is stopped. */
  boolean end(Stoppable channel) {
    boolean stopped = channel.resourceId() != null && stop(channel) == Answer.STOPPED;
    if (stopped) {
      channels.end(channel.channelId(), "stopped");
    } else {
      channels.leaveToSweep(channel.channelId());
    }
    return stopped;
  }

  private Answer stop(Stoppable channel) {
    try {
      client.stop(channel.connectionId(), channel.channelId(), channel.resourceId());
      return Answer.STOPPED;
    } catch (GoogleRefusal e) {
      return said(channel, e, Answer.REFUSED);
    } catch (GoogleUnavailableException
        | DeadGrantException
        | UnauthorizedException
        | ConfigurationException
        | WaitException e) {
      return said(channel, e, Answer.AWAY);
    }
  }

  private static Answer said(Stoppable channel, RuntimeException e, Answer answer) {
    LOG.info("Channel {} is not stopped at Google: {}", channel.channelId(), e.getMessage());
    return answer;
  }

  private enum Answer {
    STOPPED,
    /** This one; the next may be another matter. */
    REFUSED,
    /** Who did not answer for one channel will not for the next. */
    AWAY
  }
}
