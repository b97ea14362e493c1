package dev.millrace.redis;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import redis.embedded.core.ExecutableProvider;

/** The redis-server program for this machine, taken from the jar that bundles it. */
final class RedisBinary {

  private RedisBinary() {}

  /** The program in this directory, unpacked when it is not there yet. */
  static Path in(Path directory) throws IOException {
    Path binary = directory.resolve("redis-server");
    if (Files.isExecutable(binary)) {
      return binary;
    }
    Path unpacking = Files.createDirectories(directory.resolve("unpacking"));
    Path unpacked = ExecutableProvider.newJarResourceProvider(unpacking.toFile()).get().toPath();
    if (!Files.isRegularFile(unpacked)) {
      throw new FileNotFoundException("no redis-server was unpacked to " + unpacked);
    }
    // The library deletes its own copy when the JVM ends; the server has to outlive a killed JVM.
    Path copy = directory.resolve("redis-server.new");
    Files.copy(
        unpacked, copy, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    Files.move(copy, binary, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Files.deleteIfExists(unpacked);
    Files.deleteIfExists(unpacking);
    return binary;
  }
}
