package org.epochflow.pipeline.data;

import java.io.Serializable;

/**
 * Where images and their labels are: a pair of files, or one file or folder that holds both.
 *
 * @param images path, absolute
 * @param labels path, absolute; the same where one path holds both
 */
public record Source(String images, String labels) implements Serializable {
  /** A file or folder that holds images with their labels. */
  public static Source of(String path) {
    return new Source(path, path);
  }

  /** Whether one path holds both. */
  public boolean holdsBoth() {
    return images.equals(labels);
  }
}
