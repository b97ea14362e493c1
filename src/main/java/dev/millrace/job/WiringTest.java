package dev.millrace.job;

import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * The job {@code {"test":true}} that every queue takes: it proves the way from the queue to a route
 * and back, and touches nothing else.
 */
@Component
public class WiringTest {

  /** Whether the data of a job asks for it. */
  public boolean asked(Object data) {
    return data instanceof Map<?, ?> fields && Boolean.TRUE.equals(fields.get("test"));
  }

  public Map<String, Boolean> answer() {
    return Map.of("test", true);
  }
}
