package dev.millrace.consumption;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;
import org.springframework.web.util.UriUtils;

/**
 * What {@code routes/http/consumption.camel.yaml} calls. A query is what follows the question mark
 * in the address, and an agent the header {@code User-Agent}; either may be null. All methods throw
 * a {@link dev.millrace.problem.ProblemException} for what they refuse.
 */
@Component
public class ConsumptionApi {

  /** What the command {@code mode} calls itself in {@code User-Agent}. */
  private static final String COMMAND = "millrace-mode";

  private final ConsumptionModes modes;

  public ConsumptionApi(ConsumptionModes modes) {
    this.modes = modes;
  }

  /** All queues. */
  public List<ModeView> all(String query) {
    new ApiQuery(query).requireNone();
    return told(() -> modes.all().stream().map(ModeView::of).toList());
  }

  /**
   * One queue.
   *
   * @param queue its name as it stands in the address
   */
  public ModeView one(String queue, String query) {
    new ApiQuery(query).requireNone();
    String name = name(queue);
    return told(() -> ModeView.of(modes.of(name)));
  }

  /**
   * Switches all queues.
   *
   * @param body see {@link SwitchRequest}
   */
  public List<ModeView> switchAll(String body, String query, String agent) {
    SwitchRequest request = SwitchRequest.of(body, query);
    return change(null, request.mode(), request.canary(), agent);
  }

  /** Switches one queue. */
  public ModeView switchOne(String queue, String body, String query, String agent) {
    SwitchRequest request = SwitchRequest.of(body, query);
    return change(name(queue), request.mode(), request.canary(), agent).getFirst();
  }

  /** Lets all queues be consumed as configured again. */
  public List<ModeView> forgetAll(String query, String agent) {
    return change(null, null, new ApiQuery(query).canary(), agent);
  }

  /** Lets one queue be consumed as configured again. */
  public ModeView forgetOne(String queue, String query, String agent) {
    return change(name(queue), null, new ApiQuery(query).canary(), agent).getFirst();
  }

  private List<ModeView> change(String queue, String mode, boolean canary, String agent) {
    String by = agent != null && agent.startsWith(COMMAND) ? "cli" : "api";
    return told(() -> modes.change(queue, mode, canary, by).stream().map(ModeView::of).toList());
  }

  private static <T> T told(Supplier<T> asked) {
    try {
      return asked.get();
    } catch (SwitchRefused e) {
      throw Refusal.of(e).asException(e);
    }
  }

  private static String name(String queue) {
    try {
      return UriUtils.decode(queue, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new RequestRefused(
          "queue",
          queue,
          "Send its name percent-encoded.",
          "Queue \"" + queue + "\" in the address is not readable: " + e.getMessage() + ".",
          e);
    }
  }
}
