package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.setting.RefusedSetting;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

/** What of the page a stranger may read, and what else there is beside it: nothing. */
class DocsTest extends RunningHttp {

  @ParameterizedTest
  @CsvSource({
    "/docs,text/html",
    "/docs/start.js,text/javascript",
    "/docs/swagger-ui/swagger-ui.css,text/css",
    "/docs/swagger-ui/swagger-ui-bundle.js,text/javascript",
    "/openapi.yaml,application/yaml",
    "/openapi.json,application/json",
  })
  void shouldBeOpenInTheDefaultProfile(String path, String type) throws Exception {
    HttpResponse<String> answer = stranger("GET", path);

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith(type);
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self';", "frame-ancestors 'none'")
        .doesNotContain("http", "*", "unsafe-eval");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
  }

  @Test
  void shouldServeTheContractAsItIsInTheFile() throws Exception {
    Path file = Path.of("routes/http/openapi.yaml");

    assertThat(stranger("GET", "/openapi.yaml").body()).isEqualTo(Files.readString(file));
    assertThat(tree(stranger("GET", "/openapi.json")))
        .isEqualTo(new YAMLMapper().readTree(file.toFile()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/docs/nothing",
        "/docs/index.html",
        "/docs/swagger-ui/../../application.yaml",
        "/docs/swagger-ui/nothing.js",
        "/webjars/swagger-ui/index.html",
        "/openapi.yml"
      })
  void shouldOpenNothingBeside(String path) throws Exception {
    assertThat(stranger("GET", path).statusCode()).isIn(400, 401, 403, 404);
  }

  @Test
  void shouldTakeNothingButReading() throws Exception {
    assertThat(stranger("POST", "/docs").statusCode()).isEqualTo(403);
    assertThat(stranger("PUT", "/openapi.yaml").statusCode()).isEqualTo(403);
  }

  @ParameterizedTest
  @ValueSource(strings = {"millrace.docs.open=false", "millrace.docs.open=", "millrace.other=1"})
  void shouldNotBeThereUnlessASettingOpensIt(String setting) {
    new WebApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SecurityAutoConfiguration.class))
        .withUserConfiguration(DocsConfiguration.class)
        .withPropertyValues(setting, "millrace.routes-directory=routes")
        .run(context -> assertThat(context).doesNotHaveBean("docsPage"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"off", "no", "0", "yes"})
  void shouldRefuseAWordThatIsNoSwitch(String word) {
    new WebApplicationContextRunner()
        .withConfiguration(AutoConfigurations.of(SecurityAutoConfiguration.class))
        .withUserConfiguration(DocsConfiguration.class)
        .withPropertyValues("millrace.docs.open=" + word, "millrace.routes-directory=routes")
        .run(
            context ->
                assertThat(context)
                    .getFailure()
                    .isInstanceOf(RefusedSetting.class)
                    .hasMessageStartingWith("millrace.docs.open is \"" + word + "\""));
  }

  @Test
  void shouldSayBehindAnOpenDoorThatThereIsNothing() throws Exception {
    HttpResponse<String> answer = stranger("GET", "/docs/nothing");

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(tree(answer).path("instance").asText()).isEqualTo("/docs/nothing");
    assertThat(stranger("GET", "/error").statusCode()).isEqualTo(403);
  }

  @Test
  void shouldBeClosedInProduction() throws Exception {
    assertThat(
            new YAMLMapper()
                .readTree(Path.of("config/application-production.yaml").toFile())
                .at("/millrace/docs/open")
                .toString())
        .isEqualTo("false");
  }

  private HttpResponse<String> stranger(String method, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }
}
