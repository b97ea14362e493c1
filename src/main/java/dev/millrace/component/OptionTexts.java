package dev.millrace.component;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;
import org.apache.camel.util.TimeUtils;

/** Options whose text may hold Simple expressions, and what they say for one exchange. */
final class OptionTexts {

  private final CamelContext camel;
  private final Map<String, Expression> expressions = new HashMap<>();
  private final Map<String, String> constants = new HashMap<>();

  OptionTexts(CamelContext camel) {
    this.camel = camel;
  }

  OptionTexts with(String option, String text) {
    if (text != null && text.contains("${")) {
      expressions.put(option, camel.resolveLanguage("simple").createExpression(text));
    } else if (text != null && !text.isEmpty()) {
      constants.put(option, text);
    }
    return this;
  }

  boolean haveExpressions() {
    return !expressions.isEmpty();
  }

  /** As it was said, or as the expression gives it, blank text too; null when it was not said. */
  String said(Exchange exchange, String option) {
    Expression expression = expressions.get(option);
    return expression == null ? constants.get(option) : expression.evaluate(exchange, String.class);
  }

  /** Null when it was not said, or the expression gives nothing. */
  String text(Exchange exchange, String option) {
    String text = said(exchange, option);
    return text == null || text.isBlank() ? null : text.trim();
  }

  String text(Exchange exchange, String option, String otherwise) {
    String text = text(exchange, option);
    return text == null ? otherwise : text;
  }

  String required(Exchange exchange, String option, String operation) {
    String text = text(exchange, option);
    if (text == null) {
      throw new IllegalArgumentException(
          "operation " + operation + " needs the option " + option + ", which is empty");
    }
    return text;
  }

  int number(Exchange exchange, String option, int otherwise) {
    String text = text(exchange, option);
    return text == null ? otherwise : parse(option, text);
  }

  static int parse(String option, String text) {
    try {
      return Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(option + " \"" + text + "\" is not a whole number", e);
    }
  }

  static Duration duration(String option, String text) {
    try {
      return Duration.ofMillis(TimeUtils.toMilliSeconds(text));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          option + " \"" + text + "\" is not a duration; write 500ms, 30s, 5m or 24h", e);
    }
  }
}
