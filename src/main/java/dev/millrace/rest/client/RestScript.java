package dev.millrace.rest.client;

import dev.millrace.rest.ScriptDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

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

  private static final String SHEBANG = "#!lua";

  /**
   * The script in the file {@code scripts/<name>.lua} of the class path.
   *
   * @throws IllegalStateException when it is not there
   */
  public static RestScript load(String name) {
    String file = "/scripts/" + name + ".lua";
    try (InputStream source = RestScript.class.getResourceAsStream(file)) {
      if (source == null) {
        throw new IllegalStateException("The class path has no " + file);
      }
      return new RestScript(name, new String(source.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What Redis knows the script by. */
  String sha1() {
    return ScriptDigest.of(source.getBytes(StandardCharsets.UTF_8));
  }

  /** The same for a server that does not know its first line; the others keep their numbers. */
  RestScript withoutFlags() {
    return source.startsWith(SHEBANG)
        ? new RestScript(name, source.substring(source.indexOf('\n')))
        : this;
  }
}
