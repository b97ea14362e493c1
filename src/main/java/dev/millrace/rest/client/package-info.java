/** Redis over HTTP: a client of the Upstash REST protocol, which holds no connection to Redis. */
package dev.millrace.rest.client;
