package dev.millrace.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.problem.Problems;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.security.servlet.SecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.mock.web.MockFilterChain;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.context.WebApplicationContext;

/** The doors of an application without an admin token, as in production before one is set. */
class ClosedApiTest {

  private static final int CLOSED = 403;

  private final WebApplicationContextRunner application =
      new WebApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(SecurityAutoConfiguration.class))
          .withUserConfiguration(HttpSecurityConfiguration.class)
          .withBean(Problems.class, () -> new Problems(new SimpleMeterRegistry()));

  @ParameterizedTest
  @CsvSource({
    "'',GET,/api/consumption,",
    "'',GET,/api/consumption,Bearer ",
    "'',PUT,/api/consumption,Bearer null",
    "' ',GET,/api,Bearer any-token-will-do",
    "'',GET,/api/sync/status,Bearer eyJhbGciOiJub25lIn0.e30.",
    "sixteen-letters-and-more,GET,/api/sync/status,",
  })
  void shouldStayShutWithoutAToken(String token, String method, String path, String header) {
    application
        .withPropertyValues("millrace.admin-token=" + token)
        .run(
            context -> {
              MockHttpServletResponse answer = ask(context, method, path, header);

              assertThat(answer.getStatus()).isEqualTo(CLOSED);
              assertThat(answer.getHeader("WWW-Authenticate")).isNull();
            });
  }

  private static MockHttpServletResponse ask(
      WebApplicationContext context, String method, String path, String header) throws Exception {
    ServletContext servlets = context.getServletContext();
    servlets.setAttribute(WebApplicationContext.ROOT_WEB_APPLICATION_CONTEXT_ATTRIBUTE, context);
    MockHttpServletRequest request = new MockHttpServletRequest(servlets, method, path);
    request.setServletPath(path);
    if (header != null) {
      request.addHeader("Authorization", header);
    }
    MockHttpServletResponse answer = new MockHttpServletResponse();
    context
        .getBean("springSecurityFilterChain", Filter.class)
        .doFilter(request, answer, new MockFilterChain());
    return answer;
  }
}
