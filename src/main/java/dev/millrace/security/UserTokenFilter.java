package dev.millrace.security;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.UUID;
import org.springframework.security.core.context.SecurityContextHolder;

/**
 * Whoever has a user's token is that user, named by the id. A wrong one is nobody's, and refused
 * further on: by then it has been counted who tries.
 */
final class UserTokenFilter extends TokenFilter {

  static final String USER = "USER";

  /** The user's id, for the answer's dispatch and for the route, which has a thread of its own. */
  static final String SIGNED_IN = UserTokenFilter.class.getName() + ".signedIn";

  /** A {@link RefusedToken} or {@link UncheckedTokenException}, for the refusal's words. */
  static final String REFUSED = UserTokenFilter.class.getName() + ".refused";

  private final UserTokens tokens;

  UserTokenFilter(UserTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getAttribute(SIGNED_IN) == null
        && SecurityContextHolder.getContext().getAuthentication() == null
        && BearerToken.isSentIn(request)) {
      check(request);
    }
    if (request.getAttribute(SIGNED_IN) instanceof UUID user) {
      signIn(user.toString(), USER);
    }
    chain.doFilter(request, response);
  }

  private void check(HttpServletRequest request) {
    try {
      request.setAttribute(SIGNED_IN, tokens.owner(BearerToken.sentIn(request)));
    } catch (RefusedToken | UncheckedTokenException e) {
      request.setAttribute(REFUSED, e);
    }
  }
}
