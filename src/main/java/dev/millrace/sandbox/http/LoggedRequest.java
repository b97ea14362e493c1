package dev.millrace.sandbox.http;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * One request as the log keeps it; secrets are masked, bodies are not kept.
 *
 * @param account whose data it was about; null if unknown
 * @param status of the answer; 0 if the connection was closed without one
 * @param faulty whether a {@link Fault} had a hand in it
 */
public record LoggedRequest(
    Instant at,
    Service service,
    String method,
    String path,
    Map<String, List<String>> query,
    String account,
    int status,
    boolean faulty) {}
