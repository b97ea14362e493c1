package dev.millrace.consumption;

import java.util.function.Supplier;
import org.springframework.boot.actuate.endpoint.annotation.DeleteOperation;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.lang.Nullable;
import org.springframework.stereotype.Component;

/** The actuator endpoint {@code consumption} on the web: a refusal is a status and a text. */
@Component
@EndpointWebExtension(endpoint = ConsumptionEndpoint.class)
public class ConsumptionWebExtension {

  private final ConsumptionEndpoint endpoint;

  public ConsumptionWebExtension(ConsumptionEndpoint endpoint) {
    this.endpoint = endpoint;
  }

  /** {@code GET}: all queues. */
  @ReadOperation
  public WebEndpointResponse<Object> all() {
    return answer(endpoint::all);
  }

  /** {@code GET} of one queue. */
  @ReadOperation
  public WebEndpointResponse<Object> one(@Selector String queue) {
    return answer(() -> endpoint.one(queue));
  }

  /** {@code POST}: switches all queues. */
  @WriteOperation
  public WebEndpointResponse<Object> switchAll(String mode, @Nullable Boolean canary) {
    return answer(() -> endpoint.switchAll(mode, canary));
  }

  /** {@code POST} to one queue: switches it. */
  @WriteOperation
  public WebEndpointResponse<Object> switchOne(
      @Selector String queue, String mode, @Nullable Boolean canary) {
    return answer(() -> endpoint.switchOne(queue, mode, canary));
  }

  /** {@code DELETE}: all queues as configured again. */
  @DeleteOperation
  public WebEndpointResponse<Object> forgetAll() {
    return answer(endpoint::forgetAll);
  }

  /** {@code DELETE} of one queue: it is consumed as configured again. */
  @DeleteOperation
  public WebEndpointResponse<Object> forgetOne(@Selector String queue) {
    return answer(() -> endpoint.forgetOne(queue));
  }

  private static WebEndpointResponse<Object> answer(Supplier<Object> operation) {
    try {
      return new WebEndpointResponse<>(operation.get());
    } catch (SwitchRefused e) {
      Refusal refusal = Refusal.of(e);
      return new WebEndpointResponse<>(refusal.answer(), refusal.status());
    }
  }
}
