package dev.millrace.ratelimit;

import dev.millrace.problem.Problems;
import dev.millrace.security.BearerToken;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.actuate.autoconfigure.security.servlet.EndpointRequest;
import org.springframework.security.authentication.AnonymousAuthenticationToken;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * The limit {@code api} on everything that the admin token opens, and below {@code /api}, but what
 * other services call. It stands behind authentication, to count by user, and before authorization,
 * so that whoever tries tokens is counted as well, by address and wherever it is.
 */
public final class ApiLimitFilter extends OncePerRequestFilter {

  static final String LIMIT = "api";

  private static final int LONGEST_NAME = 200;

  private final RateLimits limits;
  private final RateLimitFields fields;
  private final Problems problems;
  private final RequestMatcher counted;

  /**
   * @param exempt patterns of paths that are not counted, see {@link
   *     RateLimitingProperties#exempt()}
   */
  public ApiLimitFilter(RateLimits limits, List<String> exempt, Problems problems, Clock clock) {
    this.limits = limits;
    this.problems = problems;
    this.fields = new RateLimitFields(clock);
    PathPatternRequestMatcher.Builder paths = PathPatternRequestMatcher.withDefaults();
    RequestMatcher api =
        new OrRequestMatcher(paths.matcher("/api/**"), EndpointRequest.to("consumption"));
    // Google and Twilio send no bearer token, so who does may be trying tokens.
    List<PathPatternRequestMatcher> exceptions = exempt.stream().map(paths::matcher).toList();
    this.counted =
        request ->
            api.matches(request)
                && (BearerToken.isSentIn(request)
                    || exceptions.stream().noneMatch(exception -> exception.matches(request)));
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !counted.matches(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Decision decision = limits.check(LIMIT, subject(request));
    fields.write(response, limits.limit(LIMIT), decision);
    if (decision.allowed()) {
      chain.doFilter(request, response);
    } else {
      problems.write(RateLimitFields.problem(decision), request, response);
    }
  }

  /** The words before the colon keep a user's name from being taken for an address. */
  private static String subject(HttpServletRequest request) {
    Authentication user = SecurityContextHolder.getContext().getAuthentication();
    if (user == null
        || user instanceof AnonymousAuthenticationToken
        || !user.isAuthenticated()
        || user.getName().isBlank()
        || user.getName().length() > LONGEST_NAME) {
      return "address:" + ClientAddress.subject(request.getRemoteAddr());
    }
    return "user:" + user.getName();
  }
}
