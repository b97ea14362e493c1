package dev.millrace.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;

/** A request in whose body nobody looks for forms or parts, whatever it claims to be. */
class UnparsedRequest extends ReadRequest {

  UnparsedRequest(HttpServletRequest request, byte[] body) {
    super(request, body);
  }

  /** The header is still there; without this nobody parses. */
  @Override
  public String getContentType() {
    return null;
  }

  @Override
  public String getParameter(String name) {
    return null;
  }

  @Override
  public String[] getParameterValues(String name) {
    return null;
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.emptyEnumeration();
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return Map.of();
  }
}
