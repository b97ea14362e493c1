package dev.millrace.startup;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.spi.EndpointUriFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * What may be written in a route, as the components on the class path say of themselves. Read from
 * their files: when a start fails, the Camel context that could be asked is already gone.
 */
final class CamelNames {

  private static final String SERVICES = "META-INF/services/org/apache/camel/";

  private CamelNames() {}

  /** The names of all components, such as {@code direct}. */
  static Set<String> components() {
    try {
      Resource[] files =
          new PathMatchingResourcePatternResolver()
              .getResources("classpath*:" + SERVICES + "component/*");
      return Arrays.stream(files)
          .map(Resource::getFilename)
          .filter(Objects::nonNull)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      return Set.of();
    }
  }

  /** The names of a component's endpoint options; none when the component does not say. */
  static Set<String> options(String component) {
    String file = SERVICES + "urifactory/" + component + "-endpoint";
    try (InputStream stream = CamelNames.class.getClassLoader().getResourceAsStream(file)) {
      if (stream == null) {
        return Set.of();
      }
      Properties properties = new Properties();
      properties.load(stream);
      return Class.forName(properties.getProperty("class"))
          .asSubclass(EndpointUriFactory.class)
          .getDeclaredConstructor()
          .newInstance()
          .propertyNames();
    } catch (IOException | ReflectiveOperationException e) {
      return Set.of();
    }
  }
}
