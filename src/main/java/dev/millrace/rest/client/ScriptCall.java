package dev.millrace.rest.client;

import java.util.List;

/**
 * A script to be run on some keys.
 *
 * @param keys all that it touches
 * @param arguments strings and numbers
 */
public record ScriptCall(RestScript script, List<String> keys, List<?> arguments) {}
