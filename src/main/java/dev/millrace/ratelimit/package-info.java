/** Who may do how much in which time, counted in Redis over HTTP for all replicas together. */
package dev.millrace.ratelimit;
