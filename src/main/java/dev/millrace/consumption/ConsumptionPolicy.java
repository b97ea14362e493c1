package dev.millrace.consumption;

import dev.millrace.component.BullMQEndpoint;
import dev.millrace.component.ConsumptionModeSource;
import dev.millrace.queue.ConsumptionMode;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Route;
import org.apache.camel.spi.Configurer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.support.CamelContextHelper;
import org.apache.camel.support.RoutePolicySupport;

/**
 * Lets the mode in which a {@code bullmq:} route consumes its queue be switched while it runs. A
 * route names it by {@code routePolicy:}; one bean serves any number of routes.
 */
@Metadata(
    label = "bean",
    description =
        "Lets the way in which bullmq routes hear of jobs be switched at run time: legacy, pooled or polling.",
    annotations = {"interfaceName=org.apache.camel.spi.RoutePolicy"})
@Configurer(metadataOnly = true)
public class ConsumptionPolicy extends RoutePolicySupport
    implements CamelContextAware, ConsumptionModeSource {

  private CamelContext camelContext;
  private ConsumptionModes modes;

  @Metadata(
      description =
          "The mode in which the routes of this policy begin, unless their queue is configured by name or a switch was stored. Default is what is configured for all queues.",
      enums = "legacy,pooled,polling")
  private String mode;

  @Override
  public void onInit(Route route) {
    super.onInit(route);
    if (!(route.getEndpoint() instanceof BullMQEndpoint)) {
      throw new IllegalArgumentException(
          "route "
              + route.getRouteId()
              + " consumes from "
              + route.getEndpoint().getEndpointUri()
              + ", and the consumption policy is for bullmq:<queue>; take routePolicy off this route");
    }
  }

  @Override
  public ConsumptionMode modeOf(String queue) {
    return requireModes().bind(queue, mode == null ? null : ConsumptionMode.of(mode));
  }

  private ConsumptionModes requireModes() {
    if (modes == null) {
      modes = CamelContextHelper.findSingleByType(camelContext, ConsumptionModes.class);
    }
    if (modes == null) {
      throw new IllegalStateException(
          "the consumption policy found no bean of type " + ConsumptionModes.class.getName());
    }
    return modes;
  }

  @Override
  public CamelContext getCamelContext() {
    return camelContext;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    this.camelContext = camelContext;
  }

  public String getMode() {
    return mode;
  }

  /**
   * @param mode legacy, pooled or polling; null = as configured for all queues
   */
  public void setMode(String mode) {
    this.mode = mode;
  }
}
