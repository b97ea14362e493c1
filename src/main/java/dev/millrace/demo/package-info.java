/**
 * Something to see at once: with the sandbox, its people become users and every queue gets its
 * first real work.
 */
package dev.millrace.demo;
