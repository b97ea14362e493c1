package dev.millrace.queue;

import java.util.List;

/**
 * What became of a flow that was added.
 *
 * @param queue of the job
 * @param job its id and what became of it
 * @param children in the order in which they were given
 */
public record AddedFlow(String queue, AddedJob job, List<AddedFlow> children) {}
