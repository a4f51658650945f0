package org.epochflow.runners.request;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.beam.sdk.io.FileSystem;
import org.apache.beam.sdk.io.FileSystemRegistrar;
import org.apache.beam.sdk.io.fs.CreateOptions;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MatchResult.Metadata;
import org.apache.beam.sdk.io.fs.MatchResult.Status;
import org.apache.beam.sdk.io.fs.MoveOptions;
import org.apache.beam.sdk.io.fs.ResolveOptions;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.options.PipelineOptions;

/** Local files under {@code counted://}, which can be read only; it counts how often. */
public final class CountedFileSystem extends FileSystem<CountedFileSystem.Id> {
  private static final String SCHEME = "counted";

  /** The paths that were opened, once for each time. */
  static final List<String> OPENED = new ArrayList<>();

  /** How Beam finds it. */
  public static final class Registrar implements FileSystemRegistrar {
    @Override
    public Iterable<FileSystem<?>> fromOptions(PipelineOptions options) {
      return List.of(new CountedFileSystem());
    }
  }

  /** A path with its scheme. */
  record Id(String path) implements ResourceId {
    private static final long serialVersionUID = 1L;

    Path file() {
      return Path.of(path.substring(SCHEME.length() + "://".length()));
    }

    @Override
    public ResourceId resolve(String other, ResolveOptions options) {
      return new Id(path + "/" + other);
    }

    @Override
    public ResourceId getCurrentDirectory() {
      return new Id(path.substring(0, path.lastIndexOf('/') + 1));
    }

    @Override
    public String getScheme() {
      return SCHEME;
    }

    @Override
    public String getFilename() {
      return path.substring(path.lastIndexOf('/') + 1);
    }

    @Override
    public boolean isDirectory() {
      return path.endsWith("/");
    }

    @Override
    public String toString() {
      return path;
    }
  }

  @Override
  protected List<MatchResult> match(List<String> paths) throws IOException {
    List<MatchResult> results = new ArrayList<>();
    for (String path : paths) {
      Id id = new Id(path);
      boolean there = Files.isRegularFile(id.file());
      Metadata.Builder found = Metadata.builder().setResourceId(id).setIsReadSeekEfficient(true);
      results.add(
          there
              ? MatchResult.create(
                  Status.OK, List.of(found.setSizeBytes(Files.size(id.file())).build()))
              : MatchResult.create(Status.NOT_FOUND, new FileNotFoundException(path)));
    }
    return results;
  }

  @Override
  protected ReadableByteChannel open(Id file) throws IOException {
    OPENED.add(file.path());
    return Channels.newChannel(Files.newInputStream(file.file()));
  }

  @Override
  protected WritableByteChannel create(Id file, CreateOptions options) throws IOException {
    throw new IOException("Expected nothing to be written, found " + file);
  }

  @Override
  protected void copy(List<Id> from, List<Id> to) throws IOException {
    throw new IOException("Expected nothing to be copied, found " + from);
  }

  @Override
  protected void rename(List<Id> from, List<Id> to, MoveOptions... options) throws IOException {
    throw new IOException("Expected nothing to be renamed, found " + from);
  }

  @Override
  protected void delete(Collection<Id> files) throws IOException {
    throw new IOException("Expected nothing to be deleted, found " + files);
  }

  @Override
  protected Id matchNewResource(String path, boolean isDirectory) {
    return new Id(path);
  }

  @Override
  protected String getScheme() {
    return SCHEME;
  }
}
