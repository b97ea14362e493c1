/**
 * The engine: BullMQ's queues on two Redis connections. It knows Lettuce and Jackson, neither Camel
 * nor Spring, and can be lifted into another program as it is.
 *
 * <p>The way in is {@link dev.millrace.queue.JobQueue} for who adds jobs and {@link
 * dev.millrace.queue.QueueEngine} for who runs them.
 */
package dev.millrace.queue;
