/** What the servers that Millrace starts for itself have in common: a port, a process, patience. */
package dev.millrace.embedded;
