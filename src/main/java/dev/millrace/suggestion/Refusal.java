package dev.millrace.suggestion;

import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.springframework.dao.DataIntegrityViolationException;

/** What the database refused because somebody was quicker, told apart from faults. */
final class Refusal {

  private Refusal() {}

  /** The user has another offer or meeting at that time. */
  static boolean ofSlot(DataIntegrityViolationException refused) {
    return is(refused, PSQLState.EXCLUSION_VIOLATION);
  }

  /** A contact is in another open suggestion, or was deleted. */
  static boolean ofContact(DataIntegrityViolationException refused) {
    return is(refused, PSQLState.UNIQUE_VIOLATION) || is(refused, PSQLState.FOREIGN_KEY_VIOLATION);
  }

  private static boolean is(DataIntegrityViolationException refused, PSQLState state) {
    return refused.getMostSpecificCause() instanceof PSQLException cause
        && state.getState().equals(cause.getSQLState());
  }
}
