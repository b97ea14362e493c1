package dev.millrace.account;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpRequest;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Asks for compressed answers, which are a tenth of the size, and reads no more of one than is set.
 */
final class BoundedAnswers implements ClientHttpRequestInterceptor {

  private final long most;

  /**
   * @param most bytes of an answer, after it was unpacked
   */
  BoundedAnswers(long most) {
    this.most = most;
  }

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    request.getHeaders().set(HttpHeaders.ACCEPT_ENCODING, "gzip");
    return new Answer(execution.execute(request, body), most);
  }

  /** An answer that is longer than {@code google.max-answer}. */
  static final class TooLarge extends IOException {

    private static final long serialVersionUID = 1L;

    TooLarge(long most) {
      super("the answer has more than " + most + " bytes");
    }
  }

  private static final class Answer implements ClientHttpResponse {

    private final ClientHttpResponse response;
    private final long most;
    private InputStream body;

    Answer(ClientHttpResponse response, long most) {
      this.response = response;
      this.most = most;
    }

    @Override
    public InputStream getBody() throws IOException {
      if (body == null) {
        boolean packed =
            "gzip".equalsIgnoreCase(getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING));
        InputStream raw = response.getBody();
        body = new Bounded(packed ? new GZIPInputStream(raw, 8192) : raw, most);
      }
      return body;
    }

    @Override
    public HttpStatusCode getStatusCode() throws IOException {
      return response.getStatusCode();
    }

    @Override
    public String getStatusText() throws IOException {
      return response.getStatusText();
    }

    @Override
    public HttpHeaders getHeaders() {
      return response.getHeaders();
    }

    @Override
    public void close() {
      response.close();
    }
  }

  private static final class Bounded extends FilterInputStream {

    private final long most;
    private long taken;

    Bounded(InputStream in, long most) {
      super(in);
      this.most = most;
    }

    @Override
    public int read() throws IOException {
      int read = super.read();
      count(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int read = super.read(target, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int read) throws IOException {
      taken += read;
      if (taken > most) {
        throw new TooLarge(most);
      }
    }
  }
}
