package dev.millrace.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.web.filter.OncePerRequestFilter;

/** Whoever has the admin token is {@code admin}, with the role of that name. */
final class AdminTokenFilter extends OncePerRequestFilter {

  static final String ADMIN = "ADMIN";

  private final BearerToken token;

  AdminTokenFilter(BearerToken token) {
    this.token = token;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (token.isIn(request)) {
      SecurityContext context = SecurityContextHolder.createEmptyContext();
      // The token itself is not kept: nobody behind this needs it.
      context.setAuthentication(
          new PreAuthenticatedAuthenticationToken(
              "admin", "", List.of(new SimpleGrantedAuthority("ROLE_" + ADMIN))));
      SecurityContextHolder.setContext(context);
    }
    chain.doFilter(request, response);
  }

  /** The token is looked at in every dispatch: answers of routes come in a second. */
  @Override
  protected boolean shouldNotFilterAsyncDispatch() {
    return false;
  }

  @Override
  protected boolean shouldNotFilterErrorDispatch() {
    return false;
  }
}
