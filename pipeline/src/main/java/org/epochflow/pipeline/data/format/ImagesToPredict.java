package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Reading.ColorMode;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.format.Importer.Imported;
import org.epochflow.pipeline.data.format.Importer.Wanted;
import org.jspecify.annotations.Nullable;

/**
 * Images as one sequence of records, from files of any format and from folders of pictures. Labels
 * that a file has are not read.
 *
 * <pre>{@code
 * List<String> photos = ImagesToPredict.in("/data/photos");
 * ImagesToPredict images = ImagesToPredict.open(photos, Shape.of(32, 32, 3), "/work");
 * }</pre>
 *
 * @param records those that could be read
 * @param files the file of each record, below the folder that all files have in common; none unless
 *     pictures are among them
 * @param rejected what could not be read, in order
 * @param leftOut the positions of these in the whole sequence, ascending
 */
public record ImagesToPredict(
    Records records, List<String> files, List<Rejected> rejected, List<Long> leftOut) {
  /** The formats of files; the last one takes what no other does. */
  private static final List<ImageFiles> FORMATS =
      List.of(
          new NpzImporter(),
          new CifarImporter(),
          new ParquetImporter(),
          new CsvImporter(),
          new IdxImporter());

  private static final int COLOURS = 3;

  public ImagesToPredict {
    files = List.copyOf(files);
    rejected = List.copyOf(rejected);
    leftOut = List.copyOf(leftOut);
  }

  /** The pictures in a folder and in its folders, in the order of their paths. */
  public static List<String> in(String folder) throws IOException {
    return FolderImporter.pictures(folder);
  }

  /**
   * Imports files in their order.
   *
   * @param paths absolute
   * @param image the shape that pictures are given; null if they become grey in their own sizes
   * @param folder where imported files go
   * @throws IOException naming the file that holds no images, or others than the first
   */
  public static ImagesToPredict open(List<String> paths, @Nullable Shape image, String folder)
      throws IOException {
    Importers importers = new Importers(folder);
    Reading reading = reading(image);
    List<List<String>> groups = groups(paths);
    List<Importers.Opening> openings = new ArrayList<>();
    for (List<String> group : groups) {
      String prefix = openings.size() + "-";
      Wanted wanted = Wanted.images(reading, importers.place(prefix, prefix));
      openings.add(() -> open(group, wanted));
    }
    List<Records.Part> parts = new ArrayList<>();
    List<String> files = new ArrayList<>();
    List<Rejected> rejected = new ArrayList<>();
    List<Long> leftOut = new ArrayList<>();
    List<Imported> opened = Importers.open(openings);
    boolean pictures = paths.stream().anyMatch(FolderImporter::isPicture);
    for (Imported imported : opened) {
      long start = new Records(parts).count() + leftOut.size();
      imported.rejected().forEach(one -> leftOut.add(start + one.position()));
      if (pictures) {
        files.addAll(files(groups.get(parts.size()), imported));
      }
      parts.add(imported.records());
      rejected.addAll(imported.rejected());
    }
    return new ImagesToPredict(
        Records.of(parts), pictures ? within(files) : files, rejected, leftOut);
  }

  /** What pictures become: what the network takes, in grey or in colours. */
  private static Reading reading(@Nullable Shape image) {
    if (image == null) {
      return new Reading(null, 0, null, ColorMode.GRAYSCALE, Reading.AS_IT_IS.npzNames());
    }
    int channels = image.withChannels().channels();
    ColorMode mode =
        channels == 1 ? ColorMode.GRAYSCALE : channels == COLOURS ? ColorMode.RGB : null;
    return new Reading(
        null, 0, new ImageSize(image.height(), image.width()), mode, Reading.AS_IT_IS.npzNames());
  }

  /** Pictures that follow each other are one group; any other file is a group of its own. */
  private static List<List<String>> groups(List<String> paths) {
    List<List<String>> groups = new ArrayList<>();
    boolean pictures = false;
    for (String path : paths) {
      boolean picture = FolderImporter.isPicture(path);
      if (!picture || !pictures) {
        groups.add(new ArrayList<>());
      }
      groups.get(groups.size() - 1).add(path);
      pictures = picture;
    }
    return groups;
  }

  private static Imported open(List<String> group, Wanted wanted) throws IOException {
    String first = group.get(0);
    if (FolderImporter.isPicture(first)) {
      return FolderImporter.openPictures(group, wanted);
    }
    for (ImageFiles format : FORMATS) {
      if (format.holdsImages(first)) {
        return format.openImages(first, wanted);
      }
    }
    throw new IllegalStateException("The last format takes every file");
  }

  /** The file of each record of a group. */
  private static List<String> files(List<String> group, Imported imported) {
    if (!FolderImporter.isPicture(group.get(0))) {
      return Collections.nCopies(imported.records().count(), group.get(0));
    }
    Set<String> rejected =
        imported.rejected().stream().map(Rejected::file).collect(Collectors.toSet());
    return group.stream().filter(file -> !rejected.contains(file)).toList();
  }

  /** The paths below the folder that all have in common. */
  private static List<String> within(List<String> files) {
    String common = files.get(0);
    for (String file : files) {
      int end = 0;
      while (end < Math.min(common.length(), file.length())
          && common.charAt(end) == file.charAt(end)) {
        end++;
      }
      common = common.substring(0, end);
    }
    int folder = common.lastIndexOf('/') + 1;
    return files.stream().map(file -> file.substring(folder)).toList();
  }
}
