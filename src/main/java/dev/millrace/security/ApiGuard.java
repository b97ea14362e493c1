package dev.millrace.security;

import jakarta.servlet.Filter;

/**
 * What a request meets after it is known who asks, and before it is decided who may. Not itself a
 * filter: Boot would put a bean that is one in front of all requests a second time.
 */
public interface ApiGuard {

  Filter filter();
}
