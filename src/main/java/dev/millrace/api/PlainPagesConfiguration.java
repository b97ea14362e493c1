package dev.millrace.api;

import dev.millrace.security.ApiGuard;
import dev.millrace.security.Stateless;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Opens the pages at the end of the way to Google and for stopping e-mails to whoever comes, and
 * lets them have style and form. Before the chain of everything else, whose policy allows no page.
 */
@Configuration(proxyBeanMethods = false)
class PlainPagesConfiguration {

  private static final PathPatternRequestMatcher.Builder PATHS =
      PathPatternRequestMatcher.withDefaults();

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  SecurityFilterChain connectedPageSecurity(HttpSecurity http, ObjectProvider<ApiGuard> guards)
      throws Exception {
    return open(
        http, guards, PATHS.matcher(HttpMethod.GET, "/api/oauth/connected"), ConnectPage.POLICY);
  }

  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  SecurityFilterChain unsubscribePageSecurity(HttpSecurity http, ObjectProvider<ApiGuard> guards)
      throws Exception {
    return open(http, guards, PATHS.matcher("/api/unsubscribe"), UnsubscribePage.POLICY);
  }

  private static SecurityFilterChain open(
      HttpSecurity http, ObjectProvider<ApiGuard> guards, RequestMatcher pages, String policy)
      throws Exception {
    guards
        .orderedStream()
        .forEach(guard -> http.addFilterBefore(guard.filter(), AuthorizationFilter.class));
    return Stateless.chain(http, policy)
        .securityMatcher(pages)
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }
}
