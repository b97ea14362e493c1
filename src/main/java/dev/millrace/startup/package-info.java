/**
 * What happens around the application context: the servers it needs are started before it and
 * stopped after it, and a start that fails says why in a few lines.
 */
package dev.millrace.startup;
