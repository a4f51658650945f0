package org.epochflow.pipeline.store;

import java.io.IOException;
import java.nio.channels.ReadableByteChannel;
import java.util.OptionalLong;
import java.util.SortedSet;

/**
 * The operations that {@link Storage} is made of. Paths are literal: no character in them is a
 * pattern.
 */
interface StorageBackend {
  /**
   * Writes a new file, and the folders it is in.
   *
   * @param durable whether the content survives a power cut as soon as this returns
   */
  void write(String file, Storage.Content content, boolean durable) throws IOException;

  /** Renames a file. It replaces a file that has the new name. */
  void rename(String from, String to) throws IOException;

  /** Makes the names in a folder survive a power cut. */
  void force(String folder) throws IOException;

  /**
   * Opens a file. The channel reads from any position if the file system can.
   *
   * @throws java.io.FileNotFoundException if there is no such file
   */
  ReadableByteChannel open(String file) throws IOException;

  /** The length of a file in bytes; empty if there is no such file. */
  OptionalLong size(String file) throws IOException;

  /** Whether there is a file or a folder of this name. */
  boolean exists(String path) throws IOException;

  /** The paths of all files in a folder and below. */
  SortedSet<String> tree(String folder) throws IOException;

  /** Lists folders at and below this one, for a search with a pattern. */
  Folders folders(String top) throws IOException;

  /** Deletes a file if it exists. */
  void delete(String file) throws IOException;

  /** Deletes a folder with its content. */
  void deleteAll(String folder) throws IOException;

  /** Deletes a folder if it is empty. */
  void deleteIfEmpty(String folder) throws IOException;

  /** The content of folders. */
  @FunctionalInterface
  interface Folders {
    /** The names of the files and folders in a folder; none if it is not one. */
    SortedSet<String> names(String folder) throws IOException;
  }
}
