/** The command {@code mode}: shows and switches how a running instance consumes its queues. */
package dev.millrace.mode;
