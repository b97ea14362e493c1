package dev.millrace.startup;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;

/** A secret of random bytes that Millrace made itself: a file that only its owner can read. */
record SecretFile(Path path) {

  /** What a made one holds, before it is written as base64. */
  static final int BYTES = 32;

  /** The secret as it stands there; made first if the file is not there. */
  String readOrMake() throws IOException {
    make();
    return Files.readString(path).strip();
  }

  /** The secret, if the file is there. */
  Optional<String> read() throws IOException {
    try {
      return Optional.of(Files.readString(path).strip());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }

  private void make() throws IOException {
    try {
      // The permissions come with the creation: there is no moment in which others could read it.
      Files.createFile(path, ownerOnly());
    } catch (FileAlreadyExistsException e) {
      return;
    }
    byte[] secret = new byte[BYTES];
    new SecureRandom().nextBytes(secret);
    Files.writeString(path, Base64.getEncoder().encodeToString(secret));
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }
}
