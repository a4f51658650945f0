package org.epochflow.pipeline.data.format;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
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

  /** Whether a file is a picture by its name, as those of a data set are. */
  static boolean isPicture(String path) {
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
  private record Member(String path, String within, @Nullable Integer label) {
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
    String tree = source.images();
    List<Member> members = inOrder(members(tree, wanted));
    if (members.isEmpty()) {
      throw new BadDataException(
          "Expected pictures in folders of %s for the %s part, found none"
              .formatted(tree, wanted.part().word()));
    }
    return new Decoding(source, wanted).write(() -> entries(members), members.size());
  }

  private static Decoding.Entries entries(List<Member> members) {
    Iterator<Member> all = members.iterator();
    return () -> {
      if (!all.hasNext()) {
        return null;
      }
      Member member = all.next();
      return new Decoding.Entry(member.path, 0, () -> Storage.read(member.path), member.label);
    };
  }

  /** All pictures below a folder, in the order of their paths; hidden ones are left out. */
  static List<String> pictures(String folder) throws IOException {
    List<String> pictures = new ArrayList<>();
    for (String path : Storage.tree(folder)) {
      String within = path.substring(folder.length() + 1);
      if (isPicture(path)
          && List.of(within.split("/")).stream().noneMatch(FolderImporter::isHidden)) {
        pictures.add(path);
      }
    }
    return pictures;
  }

  /** Decodes pictures in their order, without labels. */
  static Imported openPictures(List<String> files, Wanted wanted) throws IOException {
    List<Member> members = files.stream().map(file -> new Member(file, file, null)).toList();
    return new Decoding(Source.of(files.get(0)), wanted)
        .write(() -> entries(members), members.size());
  }

  private static List<Member> members(String tree, Wanted wanted) throws IOException {
    List<Member> members = new ArrayList<>();
    for (String folder : folders(tree)) {
      int label = wanted.classes().indexOf(Storage.name(folder));
      for (String path : pictures(folder)) {
        String within = path.substring(tree.length() + 1);
        if (wanted.reading().isIn(wanted.part(), within)) {
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
}
