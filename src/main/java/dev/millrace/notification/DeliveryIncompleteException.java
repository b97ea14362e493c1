package dev.millrace.notification;

/** Some messages were not sent for a reason that passes: the job has to be tried again. */
public class DeliveryIncompleteException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  DeliveryIncompleteException(int left, int asked) {
    super("%d of %d messages could not be sent; trying again".formatted(left, asked));
  }
}
