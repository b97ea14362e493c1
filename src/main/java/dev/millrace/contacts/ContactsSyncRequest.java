package dev.millrace.contacts;

import dev.millrace.account.SyncTrigger;
import dev.millrace.job.JobFields;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The data of a job.
 *
 * @param full whether everything is to be read, also where reading what changed would do
 * @param allowMassArchive whether an operator looked, and most contacts may be archived
 */
record ContactsSyncRequest(
    UUID userId, boolean full, SyncTrigger trigger, boolean allowMassArchive) {

  private static final List<String> TYPES = List.of("full", "incremental");

  /**
   * @throws dev.millrace.job.PermanentException if the data makes no sense
   */
  static ContactsSyncRequest of(Map<String, Object> payload) {
    UUID user = JobFields.requiredUuid(payload, "userId");
    String type = JobFields.text(payload, "syncType", "incremental");
    if (!TYPES.contains(type)) {
      throw JobFields.invalid("syncType", type, "one of " + TYPES);
    }
    Object allow = payload.get("allowMassArchive");
    if (allow != null && !(allow instanceof Boolean)) {
      throw JobFields.invalid("allowMassArchive", allow, "true or false");
    }
    return new ContactsSyncRequest(
        user,
        type.equals("full"),
        SyncTrigger.of(JobFields.text(payload, "trigger", null)),
        Boolean.TRUE.equals(allow));
  }
}
