package dev.millrace.rest.gateway;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.web.firewall.FirewalledRequest;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.security.web.firewall.StrictHttpFirewall;

/** Spring Security's strict firewall, except for addresses of the gateway, which hold keys. */
final class GatewayFirewall implements HttpFirewall {

  private final HttpFirewall strict = new StrictHttpFirewall();

  @Override
  public FirewalledRequest getFirewalledRequest(HttpServletRequest request) {
    return GatewayAddress.is(request) ? new Open(request) : strict.getFirewalledRequest(request);
  }

  @Override
  public HttpServletResponse getFirewalledResponse(HttpServletResponse response) {
    return strict.getFirewalledResponse(response);
  }

  private static final class Open extends FirewalledRequest {

    private Open(HttpServletRequest request) {
      super(request);
    }

    @Override
    public void reset() {
      // Nothing was changed.
    }
  }
}
