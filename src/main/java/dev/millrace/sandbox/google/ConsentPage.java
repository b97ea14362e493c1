package dev.millrace.sandbox.google;

import dev.millrace.sandbox.http.Html;
import dev.millrace.sandbox.http.Query;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;

/**
 * {@code GET /o/oauth2/v2/auth}: a page to choose the account that consents; the choice sends the
 * browser back with a code. Only loopback addresses are accepted to be sent back to.
 */
final class ConsentPage {

  static final String PATH = "/o/oauth2/v2/auth";

  private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

  private final OAuthClient client;
  private final AuthorizationCodes codes;
  private final Accounts known;

  ConsentPage(OAuthClient client, AuthorizationCodes codes, Accounts known) {
    this.client = client;
    this.codes = codes;
    this.known = known;
  }

  Response answer(Request request) {
    if (!request.method().equals("GET")) {
      return OAuthError.response(405, "invalid_request", "Only GET is allowed")
          .with("Allow", "GET");
    }
    Query query = request.query();
    if (!client.id().equals(query.get("client_id"))) {
      return problem(401, "invalid_client", "The OAuth client was not found.");
    }
    String redirectUri = query.get("redirect_uri");
    if (redirectUri == null || !isLoopback(redirectUri)) {
      return problem(
          400, "redirect_uri_mismatch", "The sandbox sends browsers back to this machine only.");
    }
    if (!"code".equals(query.get("response_type"))) {
      return problem(400, "unsupported_response_type", "response_type must be code");
    }
    if (query.get("scope") == null || query.get("scope").isBlank()) {
      return problem(400, "invalid_request", "Missing required parameter: scope");
    }
    String method =
        query.has("code_challenge_method") ? query.get("code_challenge_method") : "plain";
    if (!method.equals("plain") && !method.equals("S256")) {
      return problem(400, "invalid_request", "Invalid code_challenge_method");
    }
    String choice = query.get("sandbox_choice");
    if (choice == null) {
      return page(request);
    }
    if (choice.equals("deny")) {
      return back(query, "error=access_denied");
    }
    if (!known.emails().contains(choice)) {
      return problem(400, "invalid_request", "No such account: " + choice);
    }
    String code =
        codes.issue(
            new AuthorizationCodes.Consent(
                choice,
                Scopes.parse(query.get("scope")),
                redirectUri,
                "offline".equals(query.get("access_type")),
                query.has("prompt") && List.of(query.get("prompt").split(" ")).contains("consent"),
                query.get("code_challenge"),
                method));
    return back(query, "code=" + encode(code) + "&scope=" + encode(query.get("scope")));
  }

  private Response page(Request request) {
    String hint = request.query().get("login_hint");
    StringBuilder html = new StringBuilder(Html.head("Choose an account"));
    html.append("<p>An application asks for: ")
        .append(Html.escape(request.query().get("scope")))
        .append("</p><ul>");
    for (String email : known.emails()) {
      if (hint == null || hint.isEmpty() || hint.equals(email)) {
        html.append("<li>").append(link(request, email, "Allow as " + email)).append("</li>");
      }
    }
    html.append("</ul><p>").append(link(request, "deny", "Deny")).append("</p>");
    return Response.html(200, html + Html.FOOT);
  }

  private static String link(Request request, String choice, String label) {
    StringBuilder target = new StringBuilder(PATH).append('?');
    Query query = request.query();
    for (String name : query.names()) {
      target.append(encode(name)).append('=').append(encode(query.get(name))).append('&');
    }
    target.append("sandbox_choice=").append(encode(choice));
    return "<a href=\"" + Html.escape(target.toString()) + "\">" + Html.escape(label) + "</a>";
  }

  private static Response back(Query query, String result) {
    String target = query.get("redirect_uri");
    String state = query.has("state") ? "&state=" + encode(query.get("state")) : "";
    return Response.empty(302)
        .with("Location", target + (target.contains("?") ? "&" : "?") + result + state);
  }

  private static boolean isLoopback(String address) {
    try {
      URI uri = URI.create(address);
      return uri.getHost() != null && LOOPBACK.contains(uri.getHost()) && uri.getFragment() == null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static Response problem(int status, String error, String text) {
    return Response.html(
        status,
        Html.head("Error " + status + ": " + error)
            + "<p>"
            + Html.escape(text)
            + "</p>"
            + Html.FOOT);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
