/** The {@code rest-check} command: whether a Redis over HTTP does what cache and limiters need. */
package dev.millrace.restcheck;
