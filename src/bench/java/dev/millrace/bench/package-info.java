/**
 * The benchmark: npm {@code bullmq} and Millrace's engine do the same work in turn on the same
 * Redis. Compiled and run by the Maven profile {@code bench} only; no part of the product.
 */
package dev.millrace.bench;
