/**
 * Values that are cheaper to keep for a while than to make again, in a Redis that is asked over
 * HTTP.
 */
package dev.millrace.cache;
