package dev.millrace.api;

import dev.millrace.security.ApiGuard;
import dev.millrace.security.Stateless;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** Opens the pages for stopping e-mails to whoever comes, and lets them have style and form. */
@Configuration(proxyBeanMethods = false)
class UnsubscribePageConfiguration {

  /** Before the chain of everything else, whose policy allows no page. */
  @Bean
  @Order(Ordered.HIGHEST_PRECEDENCE)
  SecurityFilterChain unsubscribePageSecurity(HttpSecurity http, ObjectProvider<ApiGuard> guards)
      throws Exception {
    guards
        .orderedStream()
        .forEach(guard -> http.addFilterBefore(guard.filter(), AuthorizationFilter.class));
    return Stateless.chain(http, UnsubscribePage.POLICY)
        .securityMatcher(PathPatternRequestMatcher.withDefaults().matcher("/api/unsubscribe"))
        .authorizeHttpRequests(requests -> requests.anyRequest().permitAll())
        .build();
  }
}
