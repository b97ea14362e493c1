package dev.millrace.rest.gateway;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A request whose body is one argument or JSON, whatever its content type says: {@code curl -d}
 * calls everything a form, and a form would be read as parameters before we see it. So nobody is
 * told the type, nor the encoding, by which Camel would unpack it. Not more of the body can be read
 * than the limit and one byte.
 */
final class RawRequest extends HttpServletRequestWrapper {

  private static final Set<String> HIDDEN = Set.of("content-type", "content-encoding");

  private static final String BROKEN = RawRequest.class.getName();

  private final long most;

  /**
   * @param limit in bytes
   */
  RawRequest(HttpServletRequest request, long limit) {
    super(request);
    this.most = limit + 1;
  }

  /** Whether the client went away before its body had come. */
  static boolean isBroken(HttpServletRequest request) {
    return request.getAttribute(BROKEN) != null;
  }

  @Override
  public String getContentType() {
    return null;
  }

  @Override
  public String getHeader(String name) {
    return isHidden(name) ? null : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
  }

  private static boolean isHidden(String name) {
    return HIDDEN.contains(name.toLowerCase(Locale.ROOT));
  }

  @Override
  public String getParameter(String name) {
    return null;
  }

  @Override
  public Map<String, String[]> getParameterMap() {
    return Map.of();
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.emptyEnumeration();
  }

  @Override
  public String[] getParameterValues(String name) {
    return null;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
  }

  @Override
  public ServletInputStream getInputStream() throws IOException {
    return new Bounded(this, super.getInputStream(), most);
  }

  private static final class Bounded extends ServletInputStream {

    private final HttpServletRequest request;
    private final ServletInputStream body;
    private long left;

    private Bounded(HttpServletRequest request, ServletInputStream body, long left) {
      this.request = request;
      this.body = body;
      this.left = left;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int count) {
      if (left <= 0) {
        return -1;
      }
      try {
        int read = body.read(into, from, (int) Math.min(count, left));
        left -= Math.max(read, 0);
        return read;
      } catch (IOException e) {
        // Camel would log it as a fault; whoever answers asks isBroken().
        request.setAttribute(BROKEN, true);
        left = 0;
        return -1;
      }
    }

    @Override
    public boolean isFinished() {
      return left <= 0 || body.isFinished();
    }

    @Override
    public boolean isReady() {
      return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      body.setReadListener(listener);
    }
  }
}
