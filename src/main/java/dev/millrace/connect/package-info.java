/**
 * How a user connects a Google account and ends that again: OAuth 2.0 with PKCE, as RFC 9700 wants
 * it. What follows from it is written in the routes.
 */
package dev.millrace.connect;
