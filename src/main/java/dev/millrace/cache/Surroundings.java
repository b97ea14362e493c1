package dev.millrace.cache;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

/**
 * What caches need of the world.
 *
 * @param clock for what replicas and restarts share: when entries were made and run out
 * @param ticker for all that passes in this process alone
 * @param random for the jitter; used by many threads
 * @param threads one for each load
 */
record Surroundings(
    Clock clock, Ticker ticker, Pause pause, RandomGenerator random, ExecutorService threads) {}
