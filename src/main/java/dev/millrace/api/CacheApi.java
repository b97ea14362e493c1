package dev.millrace.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.cache.CacheKey;
import dev.millrace.cache.CacheStore;
import dev.millrace.cache.CachedJson;
import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.problem.WholeSeconds;
import java.time.Duration;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** What {@code routes/http/cache.camel.yaml} calls. */
@Component
public class CacheApi {

  /** How long a value is kept, in whole seconds, rounded up. */
  static final String TTL_HEADER = "Cache-TTL";

  private static final int OK = 200;
  private static final int LONGEST_KEY = 512;

  private static final ObjectReader JSON =
      JsonMapper.builder()
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .build()
          .readerFor(JsonNode.class);

  private final CacheStore store;

  public CacheApi(CacheStore store) {
    this.store = store;
  }

  /** The value with the time that it has left. */
  public Answer get(@Header("key") String key, @Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    String name = key(key);
    CachedJson found =
        store
            .get(name)
            .filter(entry -> entry.remaining().isPositive())
            .orElseThrow(() -> noEntry(name));
    return new Answer(
        OK,
        Map.of(TTL_HEADER, seconds(found.remaining())),
        MediaType.APPLICATION_JSON_VALUE,
        found.value().toString());
  }

  /** The same without the value. */
  public Answer head(@Header("key") String key, @Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    String name = key(key);
    Duration left = store.ttl(name).filter(Duration::isPositive).orElseThrow(() -> noEntry(name));
    return new Answer(
        OK, Map.of(TTL_HEADER, seconds(left)), MediaType.APPLICATION_JSON_VALUE, null);
  }

  /** Stores the body, which may be any JSON, for the time in {@code ttl}. */
  public Answer put(
      @Header("key") String key, @Header(Exchange.HTTP_QUERY) String query, @Body String body) {
    TimeToLive ttl = TimeToLive.of(new QueryString(query).only("ttl"));
    String name = key(key);
    JsonNode value = json(body);
    try {
      store.put(name, value, ttl.time());
    } catch (CacheStore.UnstorableValue e) {
      throw invalid("body", null, e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw ttl.refused(e);
    }
    return Answer.done();
  }

  /** Removes the value; that there was none is no reason to complain. */
  public Answer delete(@Header("key") String key, @Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    store.delete(key(key));
    return Answer.done();
  }

  private static String key(String sent) {
    String text = new PathName("key", sent, LONGEST_KEY).text();
    try {
      return CacheKey.of(text).text();
    } catch (IllegalArgumentException e) {
      throw invalid("key", sent, e.getMessage(), e);
    }
  }

  private static JsonNode json(String body) {
    if (body == null || body.isBlank()) {
      throw badBody("send the value as JSON; null for nothing", null);
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      // Jackson's own words repeat what was sent, and that may be a secret.
      String place =
          e.getLocation() == null
              ? ""
              : " at line "
                  + e.getLocation().getLineNr()
                  + ", column "
                  + e.getLocation().getColumnNr();
      throw badBody("it is not one JSON value" + place + "; send valid JSON", e);
    }
  }

  private static ProblemException badBody(String remedy, Exception cause) {
    return invalid("body", null, remedy + ".", cause);
  }

  private static ProblemException invalid(
      String field, String value, String remedy, Exception cause) {
    return new ProblemException(
        Problem.invalid(HttpStatus.BAD_REQUEST, new InvalidField(field, value, remedy)), cause);
  }

  private static ProblemException noEntry(String key) {
    return Problem.of(
            HttpStatus.NOT_FOUND,
            "There is no value \"" + key + "\", or none any more. PUT stores one.")
        .asException();
  }

  private static String seconds(Duration time) {
    return Long.toString(WholeSeconds.up(time));
  }
}
