package dev.millrace.security;

import dev.millrace.problem.ProblemEntryPoint;
import dev.millrace.problem.Problems;
import jakarta.servlet.DispatcherType;
import java.util.LinkedHashMap;
import java.util.Map;
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
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.authentication.DelegatingAuthenticationEntryPoint;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Opens what probes and Prometheus read, opens what administers to whoever has the admin token, and
 * closes everything else, including what does not exist: a stranger learns nothing from the
 * difference.
 */
@Configuration(proxyBeanMethods = false)
public class HttpSecurityConfiguration {

  @Bean
  SecurityFilterChain httpSecurity(
      HttpSecurity http,
      @Value("${millrace.admin-token:}") String adminToken,
      ObjectProvider<ApiGuard> guards,
      Problems problems)
      throws Exception {
    BearerToken token = new BearerToken(adminToken);
    RequestMatcher probes =
        EndpointRequest.to(
            HealthEndpoint.class, InfoEndpoint.class, PrometheusScrapeEndpoint.class);
    RequestMatcher reading = request -> HttpMethod.GET.matches(request.getMethod());
    RequestMatcher administering =
        new OrRequestMatcher(
            PathPatternRequestMatcher.withDefaults().matcher("/api/**"),
            EndpointRequest.to("consumption"));
    // Who is asking: the admin by the token. Filters that know users belong beside it.
    http.addFilterBefore(new AdminTokenFilter(token), AnonymousAuthenticationFilter.class);
    // How often: by who is asking, and before it is decided who may, so that guesses count too.
    guards
        .orderedStream()
        .forEach(guard -> http.addFilterBefore(guard.filter(), AuthorizationFilter.class));
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(new AndRequestMatcher(reading, probes))
                    .permitAll()
                    // Who came so far was let in before it failed, and is told the status alone.
                    .dispatcherTypeMatchers(DispatcherType.ERROR)
                    .permitAll()
                    // Google has no token of ours; what it sends proves itself by its channel's.
                    .requestMatchers(
                        PathPatternRequestMatcher.withDefaults()
                            .matcher(HttpMethod.POST, "/api/webhooks/calendar"))
                    .permitAll()
                    .requestMatchers(administering)
                    .hasRole(AdminTokenFilter.ADMIN)
                    .anyRequest()
                    .denyAll())
        // Nothing is remembered between requests, so there is no session to steal or to forge.
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .headers(
            headers ->
                headers.contentSecurityPolicy(
                    csp -> csp.policyDirectives("default-src 'none'; frame-ancestors 'none'")))
        .exceptionHandling(
            refusal ->
                refusal
                    .authenticationEntryPoint(refusal(administering, token, problems))
                    .accessDeniedHandler(ProblemEntryPoint.closed(problems)))
        .build();
  }

  /** Asking for a token that would not help either would be a lie, so without one it is 403. */
  private static AuthenticationEntryPoint refusal(
      RequestMatcher administering, BearerToken token, Problems problems) {
    AuthenticationEntryPoint closed = ProblemEntryPoint.closed(problems);
    if (!token.exists()) {
      return closed;
    }
    DelegatingAuthenticationEntryPoint refusal =
        new DelegatingAuthenticationEntryPoint(
            new LinkedHashMap<>(Map.of(administering, ProblemEntryPoint.bearer(problems))));
    refusal.setDefaultEntryPoint(closed);
    return refusal;
  }
}
