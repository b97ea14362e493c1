package dev.millrace.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Whoever has the admin token is {@code admin}, with the role of that name. */
final class AdminTokenFilter extends TokenFilter {

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
      signIn("admin", ADMIN);
    }
    chain.doFilter(request, response);
  }
}
