package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.HttpStatusEntryPoint;
import org.springframework.security.web.firewall.HttpFirewall;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Who may in at {@code /redis}, and which addresses may be asked there: any, since keys stand in
 * them. Everywhere else they stay as strict as they are.
 */
@Configuration(proxyBeanMethods = false)
public class GatewaySecurity {

  /** What a raw client may leave unescaped in a key, beyond what RFC 3986 allows. */
  private static final String RELAXED = "\"<>[\\]^`{|}";

  @Bean
  @Order(1)
  SecurityFilterChain gatewayHttpSecurity(
      HttpSecurity http, GatewayTokens tokens, GatewayMeters meters) throws Exception {
    return http.securityMatcher(GatewayAddress::is)
        .authorizeHttpRequests(
            requests ->
                requests
                    .anyRequest()
                    .access(
                        (who, asked) ->
                            new AuthorizationDecision(
                                tokens.of(asked.getRequest()) != Access.NONE)))
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .exceptionHandling(refusal -> refusal.authenticationEntryPoint(refusal(tokens, meters)))
        .build();
  }

  /** Without any token the gateway does not exist, as all other unknown addresses. */
  private static AuthenticationEntryPoint refusal(GatewayTokens tokens, GatewayMeters meters) {
    if (!tokens.exist()) {
      return new HttpStatusEntryPoint(HttpStatus.FORBIDDEN);
    }
    GatewayRefusal refusal =
        new GatewayRefusal(Reason.TOKEN, "WRONGPASS invalid or missing auth token");
    return (request, response, failure) -> {
      meters.refused(Reason.TOKEN);
      Answer.of(refusal, ReplyFormat.JSON).write(response);
    };
  }

  /** Spring Security would observe each of its filters twice a request, at half the price of it. */
  @Bean
  SecurityObservationSettings unobservedSecurity() {
    return SecurityObservationSettings.noObservations();
  }

  @Bean
  HttpFirewall httpFirewall() {
    return new GatewayFirewall();
  }

  /** Before all filters that would read a body. */
  @Bean
  FilterRegistrationBean<OncePerRequestFilter> rawRequests(GatewayProperties properties) {
    long limit = properties.maxRequestSize().toBytes();
    FilterRegistrationBean<OncePerRequestFilter> filter =
        new FilterRegistrationBean<>(
            new OncePerRequestFilter() {
              @Override
              protected void doFilterInternal(
                  HttpServletRequest request, HttpServletResponse response, FilterChain chain)
                  throws ServletException, IOException {
                chain.doFilter(
                    GatewayAddress.is(request) ? new RawRequest(request, limit) : request,
                    response);
              }
            });
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    filter.setAsyncSupported(true);
    return filter;
  }

  /** After Spring Security, whose filters have the order -100: strangers take no place. */
  @Bean
  FilterRegistrationBean<RequestPlaces> placesOfRequests(RequestPlaces places) {
    FilterRegistrationBean<RequestPlaces> filter = new FilterRegistrationBean<>(places);
    filter.setOrder(0);
    filter.setAsyncSupported(true);
    return filter;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> keysInAddresses() {
    String passThrough = EncodedSolidusHandling.PASS_THROUGH.getValue();
    return tomcat -> {
      tomcat.addConnectorCustomizers(
          connector -> {
            connector.setEncodedSolidusHandling(passThrough);
            connector.setEncodedReverseSolidusHandling(passThrough);
            connector.setURIEncoding(StandardCharsets.UTF_8.name());
            connector.setProperty("relaxedPathChars", RELAXED);
            connector.setProperty("relaxedQueryChars", RELAXED);
          });
      // Decodes the address once more when the answer of another thread is there.
      tomcat.addContextCustomizers(
          context -> {
            context.setEncodedSolidusHandling(passThrough);
            context.setEncodedReverseSolidusHandling(passThrough);
          });
    };
  }
}
