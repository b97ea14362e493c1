package dev.millrace.security;

import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemEntryPoint;
import dev.millrace.problem.Problems;
import dev.millrace.problem.StatusProblem;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.AuthenticationEntryPoint;
import org.springframework.security.web.access.AccessDeniedHandler;

/** What the doors say to who may not in. */
final class Refusals {

  static final String NO_USER =
      "This is a user's own, and the admin token is no user's. Send a user's token as"
          + " \"Authorization: Bearer <token>\"; POST /api/admin/users/{userId}/token makes one.";

  private static final String NO_ADMIN =
      "This needs the admin token; a user's token opens only what is the user's own.";

  private static final Duration PAUSE = Duration.ofSeconds(5);

  private Refusals() {}

  /**
   * 401 where a token would help.
   *
   * @param admins whether there is an admin token
   * @param users whether there are users' tokens
   */
  static AuthenticationEntryPoint unknown(boolean admins, boolean users, Problems problems) {
    AuthenticationEntryPoint closed = ProblemEntryPoint.closed(problems);
    return (request, response, failure) -> {
      boolean open = Doors.USERS.matches(request) ? users : admins && Doors.ADMIN.matches(request);
      if (open) {
        problems.write(noToken(request), request, response);
      } else {
        closed.commence(request, response, failure);
      }
    };
  }

  /** 403 for who is known, but somebody else. */
  static AccessDeniedHandler known(Problems problems) {
    AccessDeniedHandler closed = ProblemEntryPoint.closed(problems);
    return (request, response, failure) -> {
      if (is(AdminTokenFilter.ADMIN) && Doors.USERS.matches(request)) {
        problems.write(forbidden(NO_USER).kind("user-needed"), request, response);
      } else if (is(UserTokenFilter.USER) && Doors.ADMIN.matches(request)) {
        problems.write(forbidden(NO_ADMIN).kind("admin-needed"), request, response);
      } else {
        closed.handle(request, response, failure);
      }
    };
  }

  private static Problem noToken(HttpServletRequest request) {
    Object refused = request.getAttribute(UserTokenFilter.REFUSED);
    if (refused instanceof UncheckedTokenException) {
      return Problem.of(
              HttpStatus.SERVICE_UNAVAILABLE,
              "Tokens cannot be checked at the moment. Ask again later; the log has more.")
          .retryAfter(PAUSE);
    }
    Problem problem = StatusProblem.of(HttpStatus.UNAUTHORIZED.value());
    if (refused instanceof RefusedToken token && token.getMessage() != null) {
      return problem
          .detail(token.getMessage())
          .kind("token-refused")
          .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer error=\"invalid_token\"");
    }
    return problem.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
  }

  private static Problem forbidden(String detail) {
    return Problem.of(HttpStatus.FORBIDDEN, detail);
  }

  private static boolean is(String role) {
    Authentication who = SecurityContextHolder.getContext().getAuthentication();
    return who != null
        && who.getAuthorities().stream()
            .anyMatch(granted -> granted.getAuthority().equals("ROLE_" + role));
  }
}
