package dev.millrace.startup;

import dev.millrace.setting.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.ExpressionIllegalSyntaxException;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.PropertyBindingException;
import org.apache.camel.ResolveEndpointFailedException;
import org.apache.camel.TypeConversionException;
import org.apache.camel.util.URISupport;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/**
 * Says in a few lines which file, which line and what is wrong, when a route cannot be used.
 *
 * <p>What is wrong with the text, Camel's YAML reader knows by line. What is wrong with a step it
 * knows by route only; the line is then looked up in the file.
 */
public final class RouteFailureAnalyzer implements FailureAnalyzer {

  private static final Pattern UNKNOWN_OPTIONS =
      Pattern.compile("Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);
  private static final Pattern OPTION_NAME = Pattern.compile("(?:^|, )([A-Za-z][\\w.]*)=");
  private static final Pattern PLACEHOLDER = Pattern.compile("Property with key \\[([^]]+)] not");
  private static final Pattern DUPLICATE = Pattern.compile("Duplicate id detected: (\\S+)\\.");
  private static final String ACTION =
      "Correct the route and start again. Millrace does not start with a part of its routes.";

  private final Environment environment;

  public RouteFailureAnalyzer(Environment environment) {
    this.environment = environment;
  }

  @Override
  public FailureAnalysis analyze(Throwable failure) {
    MarkedYamlEngineException yaml = cause(failure, MarkedYamlEngineException.class);
    if (yaml != null) {
      return report(place(yaml), null, reason(yaml), failure);
    }
    FailedToCreateRouteException create = cause(failure, FailedToCreateRouteException.class);
    if (create != null) {
      return analyzeRoute(create.getRouteId(), create, failure);
    }
    FailedToStartRouteException start = cause(failure, FailedToStartRouteException.class);
    return start == null ? null : analyzeRoute(start.getRouteId(), start, failure);
  }

  private FailureAnalysis analyzeRoute(String routeId, Throwable refusal, Throwable failure) {
    Matcher duplicate = DUPLICATE.matcher(String.valueOf(root(refusal).getMessage()));
    if (duplicate.find()) {
      return analyzeDuplicate(duplicate.group(1), failure);
    }
    List<String> texts = new ArrayList<>();
    String reason = reason(refusal, texts);
    String place =
        routeId == null
            ? null
            : routeFiles()
                .flatMap(files -> files.find(routeId, texts))
                .map(line -> shown(line.file()) + ":" + line.number())
                .orElse(null);
    return report(place, routeId, reason, failure);
  }

  /** Camel names either of the two routes, whichever it comes to first; both places help. */
  private FailureAnalysis analyzeDuplicate(String id, Throwable failure) {
    Pattern use = Pattern.compile("\\bid: [\"']?" + Pattern.quote(id) + "(?![\\w-])");
    List<String> places =
        routeFiles().stream()
            .flatMap(files -> files.findAll(use).stream())
            .map(line -> shown(line.file()) + ":" + line.number())
            .toList();
    return report(
        places.isEmpty() ? null : String.join(" and ", places),
        null,
        "the id \"" + id + "\" is used twice; every route and step needs its own",
        failure);
  }

  private static FailureAnalysis report(
      String place, String routeId, String reason, Throwable failure) {
    StringBuilder description = new StringBuilder("A route cannot be used.\n");
    if (place != null) {
      description.append("\n    File:   ").append(place);
    }
    if (routeId != null) {
      description.append("\n    Route:  ").append(routeId);
    }
    description.append("\n    Reason: ").append(reason);
    return new FailureAnalysis(description.toString(), ACTION, failure);
  }

  /** The reason, and in {@code texts} what to look for in the file, the most telling first. */
  private static String reason(Throwable refusal, List<String> texts) {
    NoSuchEndpointException unknown = cause(refusal, NoSuchEndpointException.class);
    if (unknown != null && unknown.getUri() != null) {
      String scheme = unknown.getUri().replaceFirst(":.*", "");
      texts.add(scheme + ":");
      return "there is no component \""
          + scheme
          + "\""
          + didYouMean(scheme, CamelNames.components());
    }
    NoSuchBeanException bean = cause(refusal, NoSuchBeanException.class);
    if (bean != null && bean.getName() != null) {
      texts.addAll(List.of("ref: " + bean.getName(), "bean:" + bean.getName(), bean.getName()));
      return "there is no bean \"" + bean.getName() + "\"";
    }
    ResolveEndpointFailedException endpoint = cause(refusal, ResolveEndpointFailedException.class);
    Throwable root = root(refusal);
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    Matcher placeholder = PLACEHOLDER.matcher(message);
    if (placeholder.find()) {
      texts.add("{{" + placeholder.group(1));
      return "there is no property \"" + placeholder.group(1) + "\" for {{…}}";
    }
    ExpressionIllegalSyntaxException syntax =
        cause(refusal, ExpressionIllegalSyntaxException.class);
    if (syntax != null && syntax.getExpression() != null) {
      texts.add(syntax.getExpression());
      return "the expression " + syntax.getExpression() + " cannot be read: " + message;
    }
    if (endpoint == null || endpoint.getUri() == null) {
      return tail(message);
    }
    String scheme = endpoint.getUri().replaceFirst(":.*", "");
    Matcher options = UNKNOWN_OPTIONS.matcher(message);
    if (options.find()) {
      Matcher names = OPTION_NAME.matcher(options.group(1));
      List<String> unknownOptions = new ArrayList<>();
      while (names.find()) {
        String name = names.group(1);
        texts.add(name + ":");
        texts.add(name + "=");
        unknownOptions.add("\"" + name + "\"" + didYouMean(name, CamelNames.options(scheme)));
      }
      return scheme + ": has no option " + String.join(", no option ", unknownOptions);
    }
    texts.add(endpoint.getUri().replaceFirst("\\?.*", "").replace("://", ":"));
    texts.add(scheme + ":");
    PropertyBindingException binding = cause(refusal, PropertyBindingException.class);
    TypeConversionException conversion = cause(refusal, TypeConversionException.class);
    if (binding != null) {
      String name = binding.getPropertyName();
      texts.addAll(0, List.of(name + ":", name + "="));
      // The value itself is not repeated: it may be a secret in the wrong place.
      return scheme + ": the value of option \"" + name + "\" cannot be used";
    }
    return conversion == null
        ? tail(message)
        : scheme + ": a value cannot be used as a " + conversion.getToType().getSimpleName();
  }

  private static String didYouMean(String word, Set<String> known) {
    return Spelling.nearest(word, known).map(near -> "; did you mean \"" + near + "\"?").orElse("");
  }

  /** Without the addresses that Camel repeats on the way up, and without credentials in them. */
  private static String tail(String message) {
    return URISupport.sanitizeUri(message.replaceFirst("(?s)^.* (due to|because): ", ""));
  }

  private String place(MarkedYamlEngineException yaml) {
    return yaml.getProblemMark()
        .map(mark -> shown(Path.of(file(mark))) + ":" + (mark.getLine() + 1))
        .orElse(null);
  }

  private static String file(Mark mark) {
    return mark.getName().replaceFirst("^file:(//)?", "");
  }

  private static String reason(MarkedYamlEngineException yaml) {
    String problem = yaml.getProblem();
    if (problem.startsWith("expected <block end>")) {
      return "the indentation of this line does not fit the lines above it";
    }
    Matcher node = Pattern.compile("Unknown node id: (.+)").matcher(problem);
    if (node.matches()) {
      return "there is no step \"" + node.group(1) + "\"";
    }
    Matcher field = Pattern.compile("Unsupported field: (.+)").matcher(problem);
    if (field.matches()) {
      return "\"" + field.group(1) + "\" is not known in this place";
    }
    return problem;
  }

  private Optional<RouteFiles> routeFiles() {
    return Optional.ofNullable(environment.getProperty(RoutesInitializer.SETTING))
        .map(directory -> new RouteFiles(Path.of(directory)));
  }

  /** Relative to where the application was started, as the reader knows the file. */
  private static String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = file.toAbsolutePath().normalize();
    return absolute.startsWith(here) ? here.relativize(absolute).toString() : absolute.toString();
  }

  private static <T extends Throwable> T cause(Throwable failure, Class<T> type) {
    T found = null;
    for (Throwable one = failure; one != null; one = one.getCause()) {
      if (type.isInstance(one)) {
        found = type.cast(one);
      }
    }
    return found;
  }

  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
