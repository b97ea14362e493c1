package dev.millrace.account;

import java.io.IOException;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/** Refuses whatever is not a GET, before it leaves the process. */
class ReadOnly implements ClientHttpRequestInterceptor {

  @Override
  public ClientHttpResponse intercept(
      HttpRequest request, byte[] body, ClientHttpRequestExecution execution) throws IOException {
    if (!HttpMethod.GET.equals(request.getMethod())) {
      throw new IllegalStateException(
          request.getMethod() + " refused: this client only reads users' data at Google");
    }
    return execution.execute(request, body);
  }
}
