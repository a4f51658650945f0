package org.epochflow.pipeline.data;

import java.io.IOException;
import java.io.Serializable;
import java.nio.channels.ReadableByteChannel;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.pipeline.store.Storage;

/**
 * A file of images and the file of their labels, both unpacked, with their headers.
 *
 * @param images path, absolute
 * @param labels path, absolute
 */
public record IdxFiles(String images, String labels) implements Serializable {
  /** The images' header, checked against the file's length. */
  public IdxHeader imagesHeader() throws IOException {
    return imagesHeader(this);
  }

  /**
   * The same.
   *
   * @param source what messages call the files
   */
  public IdxHeader imagesHeader(IdxFiles source) throws IOException {
    try (ReadableByteChannel in = Storage.open(images)) {
      IdxHeader header = IdxHeader.readImages(in, Storage.size(images), source.images);
      header.requireRecords(source.images);
      return header;
    }
  }

  /** The labels' header, checked against the file's length and the number of images. */
  public IdxHeader labelsHeader(IdxHeader imagesHeader) throws IOException {
    return labelsHeader(imagesHeader, this);
  }

  /**
   * The same.
   *
   * @param source what messages call the files
   */
  public IdxHeader labelsHeader(IdxHeader imagesHeader, IdxFiles source) throws IOException {
    try (ReadableByteChannel in = Storage.open(labels)) {
      IdxHeader header = IdxHeader.readLabels(in, Storage.size(labels), source.labels);
      header.requireOnePerImage(source.labels, imagesHeader, source.images);
      return header;
    }
  }
}
