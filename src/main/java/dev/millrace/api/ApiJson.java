package dev.millrace.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;

/** Answers of JSON that need more than a body and 200. */
@Component
class ApiJson {

  private final ObjectMapper json;

  ApiJson(ObjectMapper json) {
    this.json = json;
  }

  Answer answer(HttpStatus status, Object body, Map<String, String> headers) {
    try {
      return new Answer(
          status.value(), headers, MediaType.APPLICATION_JSON_VALUE, json.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("An answer is no JSON", e);
    }
  }
}
