/** Redis over HTTP: what its client and the gateway have in common. */
package dev.millrace.rest;
