package dev.millrace.job;

import java.util.Collection;
import java.util.function.Consumer;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;

/** How a sweep goes over users: what fails for one of them does not keep it from the others. */
public final class EachUser {

  private EachUser() {}

  /**
   * Does it for each, until the database is away: then the others would only wait for the same.
   *
   * @return the first failure, to be thrown when what follows for the rest is done; null = none
   */
  public static <T> RuntimeException of(Collection<T> users, Consumer<T> work) {
    RuntimeException first = null;
    for (T user : users) {
      try {
        work.accept(user);
      } catch (DataAccessResourceFailureException | CannotCreateTransactionException away) {
        return first == null ? away : first;
      } catch (RuntimeException e) {
        first = first == null ? e : first;
      }
    }
    return first;
  }
}
