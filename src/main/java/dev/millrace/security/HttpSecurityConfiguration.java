package dev.millrace.security;

import dev.millrace.problem.Problems;
import jakarta.servlet.DispatcherType;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.info.InfoEndpoint;
import org.springframework.boot.actuate.metrics.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Opens what probes and Prometheus read, opens what administers to whoever has the admin token and
 * what is a user's own to that user, and closes everything else, including what does not exist: a
 * stranger learns nothing from the difference.
 */
@Configuration(proxyBeanMethods = false)
public class HttpSecurityConfiguration {

  @Bean
  SecurityFilterChain httpSecurity(
      HttpSecurity http,
      @Value("${millrace.admin-token:}") String adminToken,
      ObjectProvider<UserTokens> users,
      ObjectProvider<ApiGuard> guards,
      Problems problems)
      throws Exception {
    BearerToken token = new BearerToken(adminToken);
    RequestMatcher probes =
        EndpointRequest.to(
            HealthEndpoint.class, InfoEndpoint.class, PrometheusScrapeEndpoint.class);
    RequestMatcher reading = request -> HttpMethod.GET.matches(request.getMethod());
    UserTokens userTokens = users.getIfAvailable();
    boolean open = userTokens != null && userTokens.open();
    // Who is asking: the admin by the one token, users by theirs.
    http.addFilterBefore(new AdminTokenFilter(token), AnonymousAuthenticationFilter.class);
    if (open) {
      http.addFilterBefore(new UserTokenFilter(userTokens), AnonymousAuthenticationFilter.class);
    }
    // How often: by who is asking, and before it is decided who may, so that guesses count too.
    guards
        .orderedStream()
        .forEach(guard -> http.addFilterBefore(guard.filter(), AuthorizationFilter.class));
    return Stateless.chain(http, "default-src 'none'; frame-ancestors 'none'")
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(new AndRequestMatcher(reading, probes))
                    .permitAll()
                    // Who came so far was let in before it failed, and is told the status alone.
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    .requestMatchers(Doors.OPEN)
                    .permitAll()
                    .requestMatchers(Doors.USERS)
                    .hasRole(UserTokenFilter.USER)
                    .requestMatchers(Doors.ADMIN)
                    .hasRole(AdminTokenFilter.ADMIN)
                    .anyRequest()
                    .denyAll())
        .exceptionHandling(
            refusal ->
                refusal
                    .authenticationEntryPoint(Refusals.unknown(token.exists(), open, problems))
                    .accessDeniedHandler(Refusals.known(problems)))
        .build();
  }
}
