package dev.millrace.job;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads fields of a job's data. Data that cannot be understood will not become better by waiting,
 * so every complaint is a {@link PermanentException}: the job fails at once.
 */
public final class JobFields {

  private JobFields() {}

  /** The field as a UUID, or empty where it is absent or null. */
  public static Optional<UUID> uuid(Map<String, Object> data, String field) {
    Object value = read(data, field);
    return value == null ? Optional.empty() : Optional.of(toUuid(field, value));
  }

  /** The field as a UUID, which has to be there. */
  public static UUID requiredUuid(Map<String, Object> data, String field) {
    return uuid(data, field).orElseThrow(() -> invalid(field, null, "a UUID"));
  }

  /** The field as a text, or {@code otherwise} where it is absent or null. */
  public static String text(Map<String, Object> data, String field, String otherwise) {
    Object value = read(data, field);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof String text) {
      return text;
    }
    throw invalid(field, value, "a text");
  }

  /** The field as a list of UUIDs, which has to be there. */
  public static List<UUID> uuids(Map<String, Object> data, String field) {
    Object value = read(data, field);
    if (value instanceof List<?> list) {
      return list.stream().map(element -> toUuid(field, element)).toList();
    }
    throw invalid(field, value, "a list of UUIDs");
  }

  /** The field as a whole number from {@code least} to {@code most}. */
  public static int number(
      Map<String, Object> data, String field, int otherwise, int least, int most) {
    Object value = read(data, field);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Number number
        && number.doubleValue() == number.intValue()
        && number.intValue() >= least
        && number.intValue() <= most) {
      return number.intValue();
    }
    throw invalid(field, value, "a whole number from %d to %d".formatted(least, most));
  }

  /** The complaint about a field, naming what was found and what would do. */
  public static PermanentException invalid(String field, Object found, String wanted) {
    return new PermanentException(
        "Field '%s' of the job's data is %s; it has to be %s."
            .formatted(field, found == null ? "missing" : "'" + found + "'", wanted));
  }

  /** A job may have no data at all. */
  private static Object read(Map<String, Object> data, String field) {
    return data == null ? null : data.get(field);
  }

  private static UUID toUuid(String field, Object value) {
    try {
      return UUID.fromString(String.valueOf(value));
    } catch (IllegalArgumentException notOne) {
      throw invalid(field, value, "a UUID");
    }
  }
}
