/** The connection to Redis: one factory for all, and a server of our own where none is named. */
package dev.millrace.redis;
