package dev.millrace.calendar;

import dev.millrace.account.ConfigurationException;
import dev.millrace.account.DeadGrantException;
import dev.millrace.account.GoogleRefusal;
import dev.millrace.account.GoogleUnavailableException;
import dev.millrace.account.UnauthorizedException;
import dev.millrace.calendar.ChannelEnds.Stoppable;
import dev.millrace.job.WaitException;
import java.util.UUID;
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
    int stopped = 0;
    boolean reachable = true;
    for (Stoppable channel : channels.liveOfConnection(connectionId)) {
      if (channel.resourceId() == null) {
        channels.end(channel.channelId(), "failed");
        continue;
      }
      // who did not answer for one channel will not for the next, and the user waits
      reachable = reachable && stop(channel);
      channels.end(channel.channelId(), reachable ? "stopped" : "failed");
      stopped += reachable ? 1 : 0;
    }
    return stopped;
  }

  /**
   * Ends the channels of a calendar that is no longer selected. What Google does not stop now, the
   * sweep of webhook-renewal tries again.
   *
   * @return how many channels Google has stopped
   */
  public int stop(UUID calendarId) {
    return (int) channels.liveOfCalendar(calendarId).stream().filter(this::end).count();
  }

  /** Ends one channel, or leaves it to the sweep; answers whether it is stopped. */
  boolean end(Stoppable channel) {
    boolean stopped = channel.resourceId() != null && stop(channel);
    if (stopped) {
      channels.end(channel.channelId(), "stopped");
    } else {
      channels.leaveToSweep(channel.channelId());
    }
    return stopped;
  }

  /** Whether the channel is gone at Google. */
  private boolean stop(Stoppable channel) {
    try {
      client.stop(channel.connectionId(), channel.channelId(), channel.resourceId());
      return true;
    } catch (GoogleUnavailableException
        | DeadGrantException
        | UnauthorizedException
        | GoogleRefusal
        | ConfigurationException
        | WaitException e) {
      LOG.info("Channel {} is not stopped at Google: {}", channel.channelId(), e.getMessage());
      return false;
    }
  }
}
