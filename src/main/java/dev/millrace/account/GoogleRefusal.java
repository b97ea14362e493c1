package dev.millrace.account;

import dev.millrace.job.PermanentException;

/**
 * Google understood the request and refused it with a 4xx that repeating does not change. The
 * subclasses are the ones a caller can do something about.
 */
public class GoogleRefusal extends PermanentException {

  private static final long serialVersionUID = 1L;

  private final int status;
  private final String reason;

  GoogleRefusal(String operation, int status, String reason) {
    super("Google, " + operation + ": " + status + " " + reason);
    this.status = status;
    this.reason = reason;
  }

  static GoogleRefusal of(String operation, int status, String reason) {
    return switch (status) {
      case 403 -> new Forbidden(operation, reason);
      case 404 -> new NotFound(operation, reason);
      case 410 -> new Gone(operation, reason);
      default -> new GoogleRefusal(operation, status, reason);
    };
  }

  public int status() {
    return status;
  }

  /** Google's own word for it, e.g. {@code fullSyncRequired} or {@code EXPIRED_SYNC_TOKEN}. */
  public String reason() {
    return reason;
  }

  /** 403, and not for a used-up quota. */
  public static class Forbidden extends GoogleRefusal {
    private static final long serialVersionUID = 1L;

    Forbidden(String operation, String reason) {
      super(operation, 403, reason);
    }

    /** Whether the user granted less than the operation needs. */
    public boolean scopeMissing() {
      return "insufficientPermissions".equals(reason())
          || "ACCESS_TOKEN_SCOPE_INSUFFICIENT".equals(reason());
    }
  }

  /** 404: gone, or not visible to this user. */
  public static class NotFound extends GoogleRefusal {
    private static final long serialVersionUID = 1L;

    NotFound(String operation, String reason) {
      super(operation, 404, reason);
    }
  }

  /** 410: the sync token is too old; only a full sync helps. */
  public static class Gone extends GoogleRefusal {
    private static final long serialVersionUID = 1L;

    Gone(String operation, String reason) {
      super(operation, 410, reason);
    }
  }
}
