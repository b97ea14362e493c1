package dev.millrace.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * The page {@code /docs}, which shows the contract and lets it be tried out, and the contract
 * itself as {@code /openapi.yaml} and {@code /openapi.json}. The file is read anew for each
 * request, since it is edited beside the routes.
 */
final class DocsPage {

  private static final String UI = "META-INF/resources/webjars/swagger-ui/";
  private static final String UI_VERSION = "META-INF/maven/org.webjars/swagger-ui/pom.properties";
  private static final MediaType YAML = MediaType.parseMediaType("application/yaml;charset=UTF-8");
  private static final MediaType HTML = new MediaType(MediaType.TEXT_HTML, StandardCharsets.UTF_8);
  private static final MediaType SCRIPT =
      new MediaType("text", "javascript", StandardCharsets.UTF_8);

  private final Path contract;
  private final ObjectMapper json;

  /**
   * @param contract {@code openapi.yaml}
   */
  DocsPage(Path contract, ObjectMapper json) {
    this.contract = contract;
    this.json = json;
  }

  RouterFunction<ServerResponse> routes() {
    return RouterFunctions.route()
        .GET("/docs", request -> file(HTML, "docs/index.html"))
        .GET("/docs/start.js", request -> file(SCRIPT, "docs/start.js"))
        .resources("/docs/swagger-ui/**", ui())
        .GET("/openapi.yaml", request -> ServerResponse.ok().contentType(YAML).body(yaml()))
        .GET("/openapi.json", request -> json())
        .build();
  }

  private ServerResponse json() throws IOException {
    return ServerResponse.ok()
        .contentType(MediaType.APPLICATION_JSON)
        .body(json.writeValueAsString(new YAMLMapper().readTree(yaml())));
  }

  private String yaml() throws IOException {
    return Files.readString(contract);
  }

  private static ServerResponse file(MediaType type, String name) throws IOException {
    return ServerResponse.ok()
        .contentType(type)
        .body(new ClassPathResource(name).getContentAsString(StandardCharsets.UTF_8));
  }

  /** The directory is named by the version, which a new release of the page would change. */
  private static Resource ui() {
    try (InputStream in = new ClassPathResource(UI_VERSION).getInputStream()) {
      Properties build = new Properties();
      build.load(in);
      return new ClassPathResource(UI + build.getProperty("version") + "/");
    } catch (IOException e) {
      throw new UncheckedIOException("The web page of the API is not in the jar", e);
    }
  }
}
