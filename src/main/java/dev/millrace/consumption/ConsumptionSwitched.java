package dev.millrace.consumption;

import dev.millrace.queue.ConsumptionMode;
import java.time.Duration;

/**
 * A queue of this instance changed its mode, or tried to. Published as a Spring application event.
 *
 * @param queue its name
 * @param from the mode before
 * @param to the mode that was asked for
 * @param by who asked: {@code api}, {@code actuator}, {@code cli}, … or {@code another instance}
 * @param carried jobs that ran meanwhile and went on under their locks
 * @param took how long it took
 * @param failure why the queue went back; null when it changed
 */
public record ConsumptionSwitched(
    String queue,
    ConsumptionMode from,
    ConsumptionMode to,
    String by,
    int carried,
    Duration took,
    String failure) {}
