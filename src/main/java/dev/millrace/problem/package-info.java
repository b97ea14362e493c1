/**
 * How a refusal reads over HTTP: problem details as RFC 9457 has them, made and written here only.
 */
package dev.millrace.problem;
