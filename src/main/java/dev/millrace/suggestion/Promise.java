package dev.millrace.suggestion;

import java.util.UUID;

/**
 * A slot that a user was offered, or agreed to.
 *
 * @param timebound false where it is the time of an event that the contact may like to join
 */
record Promise(UUID suggestion, boolean accepted, boolean timebound, TimeSpan slot) {}
