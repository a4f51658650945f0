package org.epochflow.model.idx;

import java.io.IOException;
import java.util.Locale;

/**
 * A file is not what its format promises, in one sentence: {@code Expected magic 0x00000803
 * (images) at byte 0, found 0x00000801 (train-images-idx3-ubyte)}.
 *
 * <p>An error in the file's content, so trying again does not help; a failing disk or network stays
 * a plain {@link IOException}.
 */
public final class IdxFormatException extends IOException {
  private static final long serialVersionUID = 1;

  private final String file;
  private final long offset;
  private final String expected;
  private final String found;

  public IdxFormatException(String file, long offset, String expected, String found) {
    super(
        String.format(
            Locale.ROOT, "Expected %s at byte %d, found %s (%s)", expected, offset, found, file));
    this.file = file;
    this.offset = offset;
    this.expected = expected;
    this.found = found;
  }

  /** The file's name, as the caller gave it. */
  public String file() {
    return file;
  }

  /** Where the expectation failed, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }

  /** The expected content. */
  public String expected() {
    return expected;
  }

  /** The content found. */
  public String found() {
    return found;
  }
}
