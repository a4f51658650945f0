package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.epochflow.model.nn.Shape;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Reading.ImageSize;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * Folders of pictures: {@code train/CLASS/NAME.png} and {@code test/CLASS/NAME.jpg}, or one tree
 * {@code CLASS/NAME.gif}. A class is a folder, with all that is below it. Hidden files and files of
 * other kinds are left out.
 *
 * <p>Pictures that are numbered, each with a number of its own in the whole part ({@code 3/17.png},
 * {@code 5/18.png}), come in the order of their numbers, so that a data set that was written as
 * pictures is the same again. Others come in an order that follows from each one's path and mixes
 * the classes.
 */
final class FolderImporter implements Importer {
  private static final Pattern PICTURE = Pattern.compile("(?i).*\\.(png|jpe?g|bmp|gif)");
  private static final Pattern NUMBER = Pattern.compile("([0-9]{1,18})\\.[^.]*");
  private static final Set<String> TRAIN = Set.of("train", "training");
  private static final List<Set<String>> TEST =
      List.of(Set.of("test", "testing", "t10k"), Set.of("val", "valid", "validation"));
  private static final int CHUNK_BYTES = 1 << 25;
  private static final int MOST_IN_CHUNK = 1 << 10;

  @Override
  public String format(Part part) {
    return "a folder with pictures in %s/CLASS/".formatted(part.word());
  }

  @Override
  public boolean reads(String path) throws IOException {
    for (String folder : trees(path)) {
      if (holdsClasses(folder)) {
        return true;
      }
    }
    return false;
  }

  /** The folders of its parts, or else the path itself. */
  private static List<String> trees(String path) throws IOException {
    List<String> folders = folders(path);
    List<String> parts = new ArrayList<>();
    for (Part part : Part.values()) {
      of(part, folders).ifPresent(parts::add);
    }
    return parts.isEmpty() ? List.of(path) : parts;
  }

  private static boolean holdsClasses(String tree) throws IOException {
    for (String folder : folders(tree)) {
      if (Storage.list(folder).stream().anyMatch(FolderImporter::isPicture)) {
        return true;
      }
    }
    return false;
  }

  private static Optional<String> of(Part part, List<String> folders) {
    for (Set<String> names : part == Part.TRAIN ? List.of(TRAIN) : TEST) {
      for (String folder : folders) {
        if (names.contains(Storage.name(folder).toLowerCase(Locale.ROOT))) {
          return Optional.of(folder);
        }
      }
    }
    return Optional.empty();
  }

  /** The folders in a folder, but for the hidden ones, sorted. */
  private static List<String> folders(String path) throws IOException {
    List<String> folders = new ArrayList<>();
    for (String entry : Storage.list(path)) {
      String name = Storage.name(entry);
      if (!isHidden(name) && !PICTURE.matcher(name).matches() && !Storage.isFile(entry)) {
        folders.add(entry);
      }
    }
    return folders;
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") || name.equals("__MACOSX");
  }

  private static boolean isPicture(String path) {
    String name = Storage.name(path);
    return !isHidden(name) && PICTURE.matcher(name).matches();
  }

  @Override
  public List<Source> find(String path, Part part, Reading reading) throws IOException {
    return of(part, folders(path)).map(Source::of).stream().toList();
  }

  @Override
  public List<Source> undivided(String path) throws IOException {
    List<String> folders = folders(path);
    return of(Part.TEST, folders).isPresent()
        ? List.of()
        : List.of(Source.of(of(Part.TRAIN, folders).orElse(path)));
  }

  @Override
  public List<String> classNames(Source source) throws IOException {
    return folders(source.images()).stream().map(Storage::name).toList();
  }

  /** A file of a class. */
  private record Member(String path, String within, int label) {
    /** The number that its name is; empty if it is none. */
    Optional<Long> number() {
      Matcher number = NUMBER.matcher(Storage.name(path));
      return number.matches() ? Optional.of(Long.valueOf(number.group(1))) : Optional.empty();
    }

    String digest() {
      return HexFormat.of().formatHex(Reading.sha256(within));
    }
  }

  @Override
  public Imported open(Source source, Wanted wanted) throws IOException {
    ImageIO.scanForPlugins();
    String tree = source.images();
    List<Member> members = inOrder(members(tree, wanted));
    if (members.isEmpty()) {
      throw new BadDataException(
          "Expected pictures in folders of %s for the %s part, found none"
              .formatted(tree, wanted.part().word()));
    }
    Decoding decoding = new Decoding(wanted);
    Picture first = decoding.first(members);
    Shape shape = shape(first);
    int chunk = Math.max(1, Math.min(MOST_IN_CHUNK, CHUNK_BYTES / shape.size()));
    return new Imported(
        CanonicalWriter.write(
            source,
            wanted.target(),
            shape,
            members.size(),
            writer -> {
              for (int from = 0; from < members.size(); from += chunk) {
                int to = Math.min(members.size(), from + chunk);
                decoding.write(members.subList(from, to), first, writer);
              }
            }),
        decoding.rejected);
  }

  private static Shape shape(Picture picture) {
    return picture.channels() == 1
        ? Shape.of(picture.height(), picture.width())
        : Shape.of(picture.height(), picture.width(), picture.channels());
  }

  private static List<Member> members(String tree, Wanted wanted) throws IOException {
    List<Member> members = new ArrayList<>();
    for (String folder : folders(tree)) {
      int label = wanted.classes().indexOf(Storage.name(folder));
      for (String path : Storage.tree(folder)) {
        String within = path.substring(tree.length() + 1);
        boolean seen = List.of(within.split("/")).stream().noneMatch(FolderImporter::isHidden);
        if (seen && isPicture(path) && wanted.reading().isIn(wanted.part(), within)) {
          members.add(new Member(path, within, label));
        }
      }
    }
    return members;
  }

  private static List<Member> inOrder(List<Member> members) {
    Set<Long> numbers = new HashSet<>();
    boolean numbered =
        members.stream().allMatch(member -> member.number().map(numbers::add).orElse(false));
    return members.stream()
        .sorted(
            numbered
                ? Comparator.comparing(member -> member.number().orElseThrow())
                : Comparator.comparing(Member::digest))
        .toList();
  }

  /** Decodes files in parallel, and keeps what could not be. */
  private static final class Decoding {
    private final Wanted wanted;
    private final List<Rejected> rejected = new ArrayList<>();

    Decoding(Wanted wanted) {
      this.wanted = wanted;
    }

    /** A picture, or why there is none. */
    private record Decoded(Member member, @Nullable Picture picture, @Nullable IOException fault) {
      static Decoded of(Member member) {
        try {
          return new Decoded(member, Picture.decode(Storage.read(member.path)), null);
        } catch (IOException e) {
          return new Decoded(member, null, e);
        }
      }

      /** What is wrong with the picture; a failing disk or network is no fault of it. */
      String reason() throws IOException {
        IOException why = Objects.requireNonNull(fault);
        if (why instanceof BadDataException) {
          return String.valueOf(why.getMessage());
        }
        throw why;
      }
    }

    /**
     * The first picture that can be read, as it is wanted: all others are of its kind.
     *
     * @throws BadDataException if there is none
     */
    Picture first(List<Member> members) throws IOException {
      for (Member member : members) {
        Decoded decoded = Decoded.of(member);
        if (decoded.picture != null) {
          return wanted(decoded.picture);
        }
      }
      throw new BadDataException(
          "Expected pictures that can be read, found none: the first is %s (%s)"
              .formatted(Decoded.of(members.get(0)).reason(), members.get(0).path));
    }

    private Picture wanted(Picture picture) {
      Reading reading = wanted.reading();
      Picture coloured = reading.colorMode() == null ? picture : picture.in(reading.colorMode());
      @Nullable ImageSize size = reading.imageSize();
      return size == null ? coloured : coloured.resized(size.height(), size.width());
    }

    void write(List<Member> members, Picture first, CanonicalWriter writer) throws IOException {
      for (Decoded decoded : members.parallelStream().map(this::decoded).toList()) {
        if (decoded.picture == null) {
          rejected.add(new Rejected(wanted.part(), decoded.member.path, 0, decoded.reason()));
        } else {
          writer.add(likeFirst(decoded, first).pixels(), decoded.member.label);
        }
      }
    }

    private Decoded decoded(Member member) {
      Decoded read = Decoded.of(member);
      return read.picture == null ? read : new Decoded(member, wanted(read.picture), null);
    }

    /** Grey among colours is no loss; the rest is for the user to decide. */
    private Picture likeFirst(Decoded decoded, Picture first) throws BadDataException {
      Picture picture = Objects.requireNonNull(decoded.picture);
      boolean sameSize = picture.height() == first.height() && picture.width() == first.width();
      if (sameSize && picture.channels() == first.channels()) {
        return picture;
      } else if (sameSize && picture.channels() == 1) {
        return picture.in(Reading.ColorMode.RGB);
      }
      throw new BadDataException(
          "Expected pictures of %s as the first, found %s (%s); %s makes them all the same"
              .formatted(
                  first.kind(),
                  picture.kind(),
                  decoded.member.path,
                  sameSize
                      ? "--colorMode=rgb or --colorMode=grayscale"
                      : "--imageSize=" + new ImageSize(first.height(), first.width())));
    }
  }
}
