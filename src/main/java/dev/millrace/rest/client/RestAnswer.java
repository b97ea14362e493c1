package dev.millrace.rest.client;

/**
 * What came back over HTTP.
 *
 * @param syncToken null when the server sent none
 * @param attempts how often the request was sent
 */
record RestAnswer(int status, String syncToken, byte[] body, int attempts) {}
