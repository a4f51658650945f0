package org.epochflow.pipeline.store;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.PatternSyntaxException;

/**
 * A path in which names may be patterns, as in a shell: {@code *}, {@code ?}, {@code [a-z]}, {@code
 * {a,b}} within a name, and {@code **} for any folders. A name that begins with a dot is matched
 * only by a pattern that begins with one. A name that exists is itself, whatever is in it.
 */
final class PathPattern {
  private static final String ANY_FOLDERS = "**";
  private static final String SPECIAL = ".*[*?\\[\\]{}\\\\].*";
  private final TreeSet<String> found = new TreeSet<>();
  private final List<String> names;

  private PathPattern(List<String> names) {
    this.names = names;
  }

  /**
   * The files and folders that match a path, in the order of their paths.
   *
   * @throws IllegalArgumentException if it is not a pattern
   */
  static SortedSet<String> matches(String path, StorageBackend backend) throws IOException {
    if (backend.exists(path)) {
      return new TreeSet<>(List.of(path));
    } else if (!path.matches(SPECIAL)) {
      return new TreeSet<>();
    }
    int root = path.contains("://") ? path.indexOf('/', path.indexOf("://") + 3) : 0;
    List<String> names = new ArrayList<>(List.of(path.substring(root).split("/")));
    String top = path.substring(0, root) + names.remove(0);
    while (!names.isEmpty() && isLiteral(top, names.get(0), backend)) {
      top = top + "/" + names.remove(0);
    }
    PathPattern pattern = new PathPattern(names);
    if (!names.isEmpty()) {
      pattern.find(top, 0, backend.folders(top));
    }
    return pattern.found;
  }

  private static boolean isLiteral(String folder, String name, StorageBackend backend)
      throws IOException {
    return !name.matches(SPECIAL) || backend.exists(folder + "/" + name);
  }

  private void find(String folder, int next, StorageBackend.Folders folders) throws IOException {
    if (next == names.size()) {
      found.add(folder);
      return;
    }
    String name = names.get(next);
    SortedSet<String> inner = folders.names(folder);
    if (name.equals(ANY_FOLDERS)) {
      find(folder, next + 1, folders);
    }
    for (String one : inner) {
      if (name.equals(ANY_FOLDERS)) {
        if (!one.startsWith(".")) {
          find(folder + "/" + one, next, folders);
        }
      } else if (inner.contains(name) ? one.equals(name) : isMatch(name, one)) {
        find(folder + "/" + one, next + 1, folders);
      }
    }
  }

  private static boolean isMatch(String pattern, String name) {
    if (name.startsWith(".") && !pattern.startsWith(".")) {
      return false;
    }
    try {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      return matcher.matches(Path.of(name));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "Expected a pattern, found %s: %s".formatted(pattern, e.getDescription()), e);
    }
  }
}
