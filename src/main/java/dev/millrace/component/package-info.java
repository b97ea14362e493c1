/**
 * The Camel component {@code bullmq:<queue>}: a consumer that works a queue and a producer that
 * adds jobs to it, both on the one {@link dev.millrace.queue.QueueEngine} of the application.
 */
package dev.millrace.component;
