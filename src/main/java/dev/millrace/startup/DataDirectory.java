package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.springframework.core.env.Environment;

/**
 * Where the state of the embedded servers is kept, {@code ./data} unless {@code
 * millrace.data-directory} names another place. Deleting the directory of a stopped application
 * wipes that state.
 */
record DataDirectory(Path path) {

  static final String SETTING = "millrace.data-directory";
  static final String DEFAULT = "data";

  static DataDirectory of(Environment environment) {
    return new DataDirectory(
        Path.of(environment.getProperty(SETTING, DEFAULT)).toAbsolutePath().normalize());
  }

  Path redis() {
    return path.resolve("redis");
  }

  Path postgres() {
    return path.resolve("postgres");
  }

  SecretFile encryptionKey() {
    return new SecretFile(path.resolve("encryption.key"));
  }

  SecretFile adminToken() {
    return new SecretFile(path.resolve("admin-token"));
  }

  SecretFile gatewayToken() {
    return new SecretFile(path.resolve("rest-token"));
  }

  SecretFile usersSecret() {
    return new SecretFile(path.resolve("users-secret"));
  }

  /** Makes the directory, if it is not there, for its owner alone: it holds keys and tokens. */
  void create() throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectories(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } else {
      Files.createDirectories(path);
    }
  }

  /**
   * Makes this directory ours until the JVM ends: two applications on one directory would take over
   * each other's servers.
   *
   * @throws RefusedSetting when another application has it, or it cannot be written
   */
  FileLock lock() {
    Path file = path.resolve("millrace.lock");
    try {
      create();
      FileChannel channel =
          FileChannel.open(
              file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        String owner = Files.readString(file).strip();
        channel.close();
        throw new RefusedSetting(
            "Another Millrace (process " + owner + ") works in " + path + ".",
            "Stop it, or give this one a directory of its own with " + SETTING + ".");
      }
      channel.truncate(0);
      String self = Long.toString(ProcessHandle.current().pid());
      channel.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.US_ASCII)));
      return lock;
    } catch (IOException e) {
      throw new RefusedSetting(
          SETTING + " is " + path + ", which cannot be written: " + e.getMessage() + ".",
          "Name a directory that this user can write.",
          e);
    }
  }
}
