package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.ProblemException;
import dev.millrace.security.UserTokens;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.Header;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/** What {@code routes/http/users.camel.yaml} calls. */
@Component
public class UsersApi {

  private static final String USER = "userId";

  private final UserTokens tokens;

  public UsersApi(UserTokens tokens) {
    this.tokens = tokens;
  }

  /** A token for trying out what is a user's own. */
  public UserTokens.Made token(
      @Header(USER) String user, @Header(Exchange.HTTP_QUERY) String query) {
    new QueryString(query).only();
    UUID id = id(user);
    if (!tokens.canMake()) {
      throw Problem.of(
              HttpStatus.CONFLICT,
              "Tokens are not made here: millrace.users.secret is not set. Get one where your users"
                  + " sign in, or set the secret.")
          .asException();
    }
    if (!tokens.living(id)) {
      throw Problem.of(HttpStatus.NOT_FOUND, "There is no user " + id + ", or not any more.")
          .asException();
    }
    return tokens.make(id);
  }

  private static UUID id(String sent) {
    String text = new PathName(USER, sent, 36).text();
    try {
      UUID id = UUID.fromString(text);
      if (id.toString().equalsIgnoreCase(text)) {
        return id;
      }
      throw refused(text, null);
    } catch (IllegalArgumentException e) {
      throw refused(text, e);
    }
  }

  private static ProblemException refused(String value, Exception cause) {
    return new ProblemException(
        Problem.invalid(
            HttpStatus.BAD_REQUEST,
            new InvalidField(USER, value, "send the user's id, which is a UUID.")),
        cause);
  }
}
