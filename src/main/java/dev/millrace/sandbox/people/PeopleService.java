package dev.millrace.sandbox.people;

import dev.millrace.sandbox.google.Bearer;
import dev.millrace.sandbox.google.Grants;
import dev.millrace.sandbox.google.Scopes;
import dev.millrace.sandbox.google.SyncTokens;
import dev.millrace.sandbox.http.Request;
import dev.millrace.sandbox.http.Response;
import dev.millrace.sandbox.http.Service;
import dev.millrace.sandbox.http.StandIn;
import java.time.Clock;
import java.util.Set;

/** The part of the People API that lists contacts and labels. */
public final class PeopleService implements StandIn {

  private static final Set<String> SCOPES = Set.of(Scopes.CONTACTS_READONLY, Scopes.CONTACTS);

  private final Bearer bearer;
  private final ConnectionsEndpoint connections;
  private final GroupsEndpoint groups;

  public PeopleService(AddressBooks books, Grants grants, Clock clock) {
    SyncTokens tokens = new SyncTokens();
    this.bearer =
        new Bearer(
            grants,
            PeopleError::missingCredentials,
            PeopleError::invalidCredentials,
            PeopleError::insufficientScopes);
    this.connections = new ConnectionsEndpoint(books, tokens, clock);
    this.groups = new GroupsEndpoint(books, tokens, clock);
  }

  @Override
  public Service service() {
    return Service.PEOPLE;
  }

  @Override
  public boolean serves(Request request) {
    return request.path().startsWith("/v1/");
  }

  @Override
  public String accountOf(Request request) {
    return bearer.accountOrNull(request);
  }

  @Override
  public Response failure(int status, String reason) {
    return PeopleError.failure(status, reason);
  }

  @Override
  public Response answer(Request request) {
    boolean isConnections = request.path().equals("/v1/people/me/connections");
    if (!isConnections && !request.path().equals("/v1/contactGroups")) {
      return PeopleError.notFound();
    }
    if (!request.method().equals("GET")) {
      return PeopleError.methodNotAllowed();
    }
    String account = bearer.account(request, SCOPES);
    return isConnections
        ? connections.list(account, request.query())
        : groups.list(account, request.query());
  }
}
