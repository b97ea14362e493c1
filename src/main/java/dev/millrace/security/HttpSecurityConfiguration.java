package dev.millrace.security;

import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.info.InfoEndpoint;
import org.springframework.boot.actuate.metrics.export.prometheus.PrometheusScrapeEndpoint;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.util.matcher.AndRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Opens what probes and Prometheus read, and closes everything else, including what does not exist:
 * a stranger learns nothing from the difference.
 */
@Configuration(proxyBeanMethods = false)
public class HttpSecurityConfiguration {

  @Bean
  SecurityFilterChain httpSecurity(HttpSecurity http) throws Exception {
    RequestMatcher probes =
        EndpointRequest.to(
            HealthEndpoint.class, InfoEndpoint.class, PrometheusScrapeEndpoint.class);
    RequestMatcher reading = request -> HttpMethod.GET.matches(request.getMethod());
    return http.authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers(new AndRequestMatcher(reading, probes))
                    .permitAll()
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
                refusal.authenticationEntryPoint(new HttpStatusEntryPoint(HttpStatus.FORBIDDEN)))
        .build();
  }
}
