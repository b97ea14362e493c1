package dev.millrace.cache;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/**
 * What an entry holds.
 *
 * @param value JSON's null where it is known that there is nothing
 * @param remaining how long it will still be there
 */
public record CachedJson(JsonNode value, Duration remaining) {}
