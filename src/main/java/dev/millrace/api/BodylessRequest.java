package dev.millrace.api;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;

/** A request whose body nobody is to read, however large it is and whatever it claims to be. */
final class BodylessRequest extends ReadRequest {

  BodylessRequest(HttpServletRequest request) {
    super(request, new byte[0]);
  }

  /** Without a type nobody looks for forms or parts. */
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
