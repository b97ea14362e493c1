package dev.millrace.security;

import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;

/** What all chains in front of pages and API have in common. */
public final class Stateless {

  private Stateless() {}

  /**
   * Nothing is remembered between requests, so there is no session to steal or to forge; and no
   * address is told to other sites, as those that Google sends browsers to hold codes.
   *
   * @param contentSecurityPolicy what a browser may load for an answer
   */
  public static HttpSecurity chain(HttpSecurity http, String contentSecurityPolicy)
      throws Exception {
    return http.sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(csp -> csp.policyDirectives(contentSecurityPolicy))
                    .referrerPolicy(policy -> policy.policy(ReferrerPolicy.NO_REFERRER)));
  }
}
