/**
 * Which mode each queue is consumed in, and the switch between modes while jobs run: a route policy
 * and the ways to command it.
 */
package dev.millrace.consumption;
