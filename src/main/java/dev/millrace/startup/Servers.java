package dev.millrace.startup;

import java.nio.file.Path;

/**
 * The servers the application runs on.
 *
 * @param data the directory of the embedded ones
 */
record Servers(Place redis, Place database, Path data) {

  /**
   * Where a server is.
   *
   * @param address without credentials
   * @param embedded whether it is ours, started with the application and stopped after it
   */
  record Place(String address, boolean embedded) {}
}
