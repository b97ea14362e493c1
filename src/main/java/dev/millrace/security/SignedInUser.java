package dev.millrace.security;

import dev.millrace.problem.Problem;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.component.platform.http.springboot.PlatformHttpMessage;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * Who asks, for routes. Only the doors know it: nothing in a request can say that it is somebody
 * else's.
 */
@Component
public class SignedInUser {

  /**
   * The id of the user whose token the request has.
   *
   * @throws dev.millrace.problem.ProblemException 403 if it has none, which the doors prevent
   */
  public UUID id(Exchange exchange) {
    if (exchange.getIn() instanceof PlatformHttpMessage message
        && message.getRequest().getAttribute(UserTokenFilter.SIGNED_IN) instanceof UUID user) {
      return user;
    }
    throw Problem.of(HttpStatus.FORBIDDEN, Refusals.NO_USER).asException();
  }
}
