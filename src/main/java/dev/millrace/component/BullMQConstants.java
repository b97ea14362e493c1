package dev.millrace.component;

import org.apache.camel.spi.Metadata;

/**
 * Headers of {@code bullmq:}. What a consumer tells and what a producer is told have different
 * names on purpose: a route that sends a follow-up job must not pass its own job's id on to it.
 */
public interface BullMQConstants {

  @Metadata(label = "consumer", description = "Id of the job", javaType = "String")
  String JOB_ID = "CamelBullMQJobId";

  @Metadata(label = "consumer", description = "Name of the job", javaType = "String")
  String JOB_NAME = "CamelBullMQJobName";

  @Metadata(label = "consumer", description = "Queue that the job came from", javaType = "String")
  String QUEUE = "CamelBullMQQueue";

  @Metadata(
      label = "consumer",
      description = "Attempts that ended before this one",
      javaType = "Integer")
  String ATTEMPTS_MADE = "CamelBullMQAttemptsMade";

  @Metadata(
      label = "consumer",
      description = "How often the job may be attempted",
      javaType = "Integer")
  String MAX_ATTEMPTS = "CamelBullMQMaxAttempts";

  @Metadata(
      label = "consumer",
      description = "When the job was added, in milliseconds since the epoch",
      javaType = "Long")
  String TIMESTAMP = "CamelBullMQTimestamp";

  @Metadata(
      label = "consumer",
      description = "Priority of the job; 1 is taken first, 0 is none",
      javaType = "Integer")
  String PRIORITY = "CamelBullMQPriority";

  @Metadata(
      label = "consumer",
      description = "Id of the job scheduler that made the job; absent when none did",
      javaType = "String")
  String SCHEDULER_ID = "CamelBullMQSchedulerId";

  @Metadata(
      label = "consumer",
      description =
          "Set by the route: the job is to run again at this time, and this run uses no attempt",
      javaType = "java.time.Instant or Long (milliseconds since the epoch)")
  String WAIT_UNTIL = "CamelBullMQWaitUntil";

  @Metadata(
      label = "consumer",
      description = "Set by the route: if this run fails there is no further attempt",
      javaType = "Boolean")
  String UNRECOVERABLE = "CamelBullMQUnrecoverable";

  @Metadata(label = "producer", description = "Overrides the option name", javaType = "String")
  String ADD_NAME = "CamelBullMQAddName";

  @Metadata(label = "producer", description = "Overrides the option jobId", javaType = "String")
  String ADD_JOB_ID = "CamelBullMQAddJobId";

  @Metadata(
      label = "producer",
      description = "Overrides the option delay",
      javaType = "java.time.Duration or Long (milliseconds)")
  String ADD_DELAY = "CamelBullMQAddDelay";

  @Metadata(label = "producer", description = "Overrides the option priority", javaType = "Integer")
  String ADD_PRIORITY = "CamelBullMQAddPriority";

  @Metadata(label = "producer", description = "Overrides the option attempts", javaType = "Integer")
  String ADD_ATTEMPTS = "CamelBullMQAddAttempts";

  @Metadata(
      label = "producer",
      description = "Overrides the option deduplicationId",
      javaType = "String")
  String ADD_DEDUPLICATION_ID = "CamelBullMQAddDeduplicationId";

  @Metadata(
      label = "producer",
      description = "Overrides the option schedulerId",
      javaType = "String")
  String TARGET_SCHEDULER_ID = "CamelBullMQTargetSchedulerId";

  @Metadata(
      label = "producer",
      description =
          "Set by the producer: id of the job that was added or, where it existed already, of the one there is; a list for a list",
      javaType = "String or List<String>")
  String ADDED_JOB_ID = "CamelBullMQAddedJobId";
}
