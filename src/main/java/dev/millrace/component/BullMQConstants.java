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
      description = "The mode in which the queue is consumed: legacy, pooled or polling.",
      javaType = "String")
  String CONSUMPTION_MODE = "CamelBullMQConsumptionMode";

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
      description = "Key of the job whose child this is, prefix:queue:id; absent when it is none",
      javaType = "String")
  String PARENT_KEY = "CamelBullMQParentKey";

  @Metadata(
      label = "consumer",
      description =
          "What the job's children returned, by their keys (prefix:queue:id); with the option childrenValues",
      javaType = "Map<String, Object>")
  String CHILDREN_VALUES = "CamelBullMQChildrenValues";

  @Metadata(
      label = "consumer",
      description =
          "Set by the route: the job is to run again when the children that it was given have ended, and this run uses no attempt; without children it completes",
      javaType = "Boolean")
  String WAIT_FOR_CHILDREN = "CamelBullMQWaitForChildren";

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
      description =
          "Set by the route: there was nothing to do, for this reason; the job completes with {\"skipped\": reason} and is counted apart",
      javaType = "String")
  String SKIPPED = "CamelBullMQSkipped";

  @Metadata(
      label = "consumer",
      description =
          "Set by the route: no job of the queue is to begin for this long; this one goes back to the front and uses no attempt",
      javaType = "java.time.Duration or Long (milliseconds)")
  String RATE_LIMIT = "CamelBullMQRateLimit";

  @Metadata(
      label = "consumer",
      description = "Set by the route: if this run fails there is no further attempt",
      javaType = "Boolean")
  String UNRECOVERABLE = "CamelBullMQUnrecoverable";

  @Metadata(
      label = "consumer",
      description = "Of bullmq:events: name of the event, such as completed",
      javaType = "String")
  String EVENT = "CamelBullMQEvent";

  @Metadata(
      label = "consumer",
      description = "Of bullmq:events: id of the event, which grows within a queue",
      javaType = "String")
  String EVENT_ID = "CamelBullMQEventId";

  @Metadata(
      label = "producer",
      description =
          "To bullmq:events: name of the event to write; the body is the map of its fields",
      javaType = "String")
  String PUBLISH_EVENT = "CamelBullMQPublishEvent";

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

  @Metadata(
      label = "producer",
      description = "Id of the job that an operation is for; overrides the option jobId",
      javaType = "String")
  String TARGET_JOB_ID = "CamelBullMQTargetJobId";
}
