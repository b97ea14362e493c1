package dev.millrace.api;

import java.util.Locale;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.http.base.HttpHeaderFilterStrategy;
import org.springframework.stereotype.Component;

/**
 * Which headers of a message leave the API. Camel would answer with all that are left over from the
 * request, its token among them, where it refuses by itself.
 */
@Component
public class AnswerHeaders extends HttpHeaderFilterStrategy {

  private static final Set<String> OUT =
      Set.of(
          "allow",
          "location",
          "retry-after",
          "set-cookie",
          "www-authenticate",
          CacheApi.TTL_HEADER.toLowerCase(Locale.ROOT));

  @Override
  public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
    return !OUT.contains(name.toLowerCase(Locale.ROOT));
  }
}
