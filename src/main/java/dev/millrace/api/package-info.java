/**
 * What stands behind {@code routes/http/openapi.yaml}: what its routes call, how they answer, and
 * the page that shows it.
 */
package dev.millrace.api;
