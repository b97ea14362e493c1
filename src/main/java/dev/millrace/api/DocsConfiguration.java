package dev.millrace.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.security.Stateless;
import java.nio.file.Path;
import java.util.Arrays;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * Opens the page of the API to whoever asks, if {@code millrace.docs.open} says so. Without it the
 * page is not there, and the doors answer as for any address. The page has no secret; who tries
 * something out gives it the token.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(DocsOpen.class)
public class DocsConfiguration {

  // Swagger UI draws its arrows as data: images.
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self';"
          + " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  @Bean
  RouterFunction<ServerResponse> docsPage(
      @Value("${millrace.routes-directory}") Path routes, ObjectMapper json) {
    return new DocsPage(routes.resolve("http").resolve("openapi.yaml"), json).routes();
  }

  /** Before the chain of everything else, which would refuse. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  SecurityFilterChain docsSecurity(HttpSecurity http) throws Exception {
    return Stateless.chain(http, POLICY)
        .securityMatcher(reading("/docs", "/docs/**", "/openapi.yaml", "/openapi.json"))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }

  private static RequestMatcher reading(String... paths) {
    PathPatternRequestMatcher.Builder get = PathPatternRequestMatcher.withDefaults();
    return new OrRequestMatcher(
        Arrays.stream(paths)
            .<RequestMatcher>map(path -> get.matcher(HttpMethod.GET, path))
            .toList());
  }
}
