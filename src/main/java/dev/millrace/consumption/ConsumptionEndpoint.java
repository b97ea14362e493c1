package dev.millrace.consumption;

import java.util.List;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.lang.Nullable;
import org.springframework.stereotype.Component;

/**
 * The actuator endpoint {@code consumption}, as JMX shows it; {@link ConsumptionWebExtension} is
 * its form on the web. Its methods have different names, because JMX calls them by name.
 */
@Component
@Endpoint(id = "consumption")
public class ConsumptionEndpoint {

  private static final String BY = "actuator";

  private final ConsumptionModes modes;

  public ConsumptionEndpoint(ConsumptionModes modes) {
    this.modes = modes;
  }

  /** All queues. */
  @ReadOperation
  public List<ModeView> all() {
    return modes.all().stream().map(ModeView::of).toList();
  }

  /**
   * One queue.
   *
   * @throws SwitchRefused when there is none of this name
   */
  @ReadOperation
  public ModeView one(@Selector String queue) {
    return ModeView.of(modes.of(queue));
  }

  /**
   * Switches all queues.
   *
   * @param mode legacy, pooled or polling
   * @param canary only this instance; default false
   * @throws SwitchRefused when nothing or not everything changed
   */
  @WriteOperation
  public List<ModeView> switchAll(String mode, @Nullable Boolean canary) {
    return change(null, mode, canary);
  }

  /**
   * Switches one queue.
   *
   * @param mode legacy, pooled or polling
   * @param canary only this instance; default false
   * @throws SwitchRefused when it did not change
   */
  @WriteOperation
  public ModeView switchOne(@Selector String queue, String mode, @Nullable Boolean canary) {
    return change(queue, mode, canary).getFirst();
  }

  /** Lets all queues be consumed as configured again. */
  @DeleteOperation
  public List<ModeView> forgetAll() {
    return changed(null, null, false);
  }

  /** Lets one queue be consumed as configured again. */
  @DeleteOperation
  public ModeView forgetOne(@Selector String queue) {
    return changed(queue, null, false).getFirst();
  }

  private List<ModeView> change(String queue, String mode, Boolean canary) {
    // To the modes, a blank one means what forgetting means; here somebody left it out.
    String named = mode.isBlank() ? "\"\"" : mode;
    return changed(queue, named, Boolean.TRUE.equals(canary));
  }

  private List<ModeView> changed(String queue, String mode, boolean canary) {
    return modes.change(queue, mode, canary, BY).stream().map(ModeView::of).toList();
  }
}
