package dev.millrace.cache;

import java.util.Collection;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A named loader whose entries are made after the start, unless they are there. Every bean of this
 * type is run.
 *
 * @param name for log and meters
 * @param keys of the entries to make
 * @param loader what a key's value is loaded by
 */
public record CacheWarmer<T>(
    String name,
    Cache<T> cache,
    Supplier<? extends Collection<CacheKey>> keys,
    Function<CacheKey, ? extends T> loader) {}
