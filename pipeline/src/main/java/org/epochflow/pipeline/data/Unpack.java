package org.epochflow.pipeline.data;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.idx.Gzip;
import org.epochflow.pipeline.store.Storage;

/**
 * Unpacks what is gzipped, known by its content, so that every file can be read from any record.
 */
public final class Unpack {
  private final String folder;

  /**
   * @param folder where unpacked files go, under their names without {@code .gz}
   */
  public Unpack(String folder) {
    this.folder = folder;
  }

  /** The same files, those that were gzipped by the path of their unpacked copy. */
  public DataFiles all(DataFiles files) throws IOException {
    return new DataFiles(pairs("train", files.train()), pairs("test", files.test()));
  }

  /** The same files of images, those that were gzipped by the path of their unpacked copy. */
  public List<String> images(List<String> paths) throws IOException {
    List<String> unpacked = new ArrayList<>();
    for (int i = 0; i < paths.size(); i++) {
      unpacked.add(one(i + "-", paths.get(i)));
    }
    return unpacked;
  }

  private List<IdxFiles> pairs(String part, List<IdxFiles> pairs) throws IOException {
    List<IdxFiles> unpacked = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      String prefix = pairs.size() == 1 ? "" : part + "-" + i + "-";
      unpacked.add(
          new IdxFiles(one(prefix, pairs.get(i).images()), one(prefix, pairs.get(i).labels())));
    }
    return unpacked;
  }

  private String one(String prefix, String path) throws IOException {
    if (!isGzip(path)) {
      return path;
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    String target = folder + "/" + prefix + name.replaceFirst("\\.gz$", "");
    Storage.write(
        target,
        out -> {
          try (ReadableByteChannel in = Storage.open(path);
              WritableByteChannel unpacked = Channels.newChannel(out)) {
            Gzip.unpack(in, unpacked, path);
          }
        });
    return target;
  }

  private static boolean isGzip(String path) throws IOException {
    try (var in = Storage.stream(path)) {
      return Gzip.isGzip(in.readNBytes(2));
    }
  }
}
