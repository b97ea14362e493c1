package dev.millrace.rest.client;

/**
 * A Lua script.
 *
 * @param name for errors and meters, such as {@code ratelimit/fixed_window}
 * @param source answers an array whose last element is the number of calls that it made inside,
 *     which {@link RestRedis#eval} takes off and adds to the meter. It may begin with {@code #!lua
 *     flags=allow-key-locking}, by which Upstash locks only the script's keys instead of the whole
 *     database; where a server does not know that, it is left out.
 */
public record RestScript(String name, String source) {

  /**
   * The script in the file {@code scripts/<name>.lua} of the class path.
   *
   * @throws IllegalStateException when it is not there
   */
  public static RestScript load(String name) {
    throw new UnsupportedOperationException(name);
  }
}
