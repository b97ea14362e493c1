package dev.millrace.sandbox.google;

import java.util.List;

/** The Google accounts that exist, by e-mail address. */
@FunctionalInterface
public interface Accounts {

  List<String> emails();
}
