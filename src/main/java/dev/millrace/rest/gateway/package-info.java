/** Redis over HTTP: serves the Upstash REST protocol from the one connection factory. */
package dev.millrace.rest.gateway;
