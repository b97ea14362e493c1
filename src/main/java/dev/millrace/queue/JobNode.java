package dev.millrace.queue;

import java.util.List;

/**
 * A job of a flow, as Redis has it now. BullMQ's {@code JobNode}.
 *
 * @param job the job
 * @param children its children that exist, the completed ones first, then those pending, those
 *     failed and those whose failure is ignored; empty also where reading stopped
 */
public record JobNode(Job job, List<JobNode> children) {}
