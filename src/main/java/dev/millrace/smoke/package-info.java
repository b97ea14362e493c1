/** The command {@code smoke}: one test job through each of the eleven queues, and a verdict. */
package dev.millrace.smoke;
