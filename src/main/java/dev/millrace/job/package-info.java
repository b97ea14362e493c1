/**
 * What a job says of its own run: that it waits, was skipped or can never succeed, and the rows
 * that an operator reads afterwards.
 */
package dev.millrace.job;
