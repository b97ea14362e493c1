package dev.millrace.sandbox.http;

/**
 * What an application answered.
 *
 * @param status 0 if it could not be reached or is another machine
 * @param body empty where there was none
 */
public record Answered(int status, String body) {

  static final Answered NOTHING = new Answered(0, "");
}
