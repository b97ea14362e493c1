package dev.millrace.cache;

import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

/**
 * What caches need of the world.
 *
 * @param random for the jitter; used by many threads
 * @param threads one for each load
 */
record Surroundings(Clock clock, Pause pause, RandomGenerator random, ExecutorService threads) {}
