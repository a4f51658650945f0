package org.epochflow.runners.request;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.io.FileSystems;
import org.epochflow.runners.option.UsageException;

/**
 * Where what was typed leads: to a path of this machine, with {@code ~} for the home folder as in a
 * shell; to the same as a URI, {@code file:///data}; or to a URI of a store.
 */
public final class Location {
  private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*)://.*");
  private static final Pattern FILE = Pattern.compile("(?i)file:(?://(?:localhost)?)?(/.*)");

  /** The profiles of the build that add the stores. */
  private static final Map<String, String> PROFILES =
      Map.of("gs", "gcs", "hdfs", "hadoop", "s3", "s3");

  private Location() {}

  /**
   * The same in any working directory.
   *
   * @throws UsageException for a store that this build cannot reach
   */
  public static String absolute(String typed) {
    Matcher file = FILE.matcher(typed);
    if (file.matches()) {
      return local(decoded(file.group(1)));
    }
    Matcher scheme = SCHEME.matcher(typed);
    return scheme.matches() ? stored(typed, scheme.group(1)) : local(typed);
  }

  /**
   * The same of what may be a pattern of paths.
   *
   * @throws UsageException for one that might miss files
   */
  public static String pattern(String typed) {
    if (isLocal(typed) && typed.matches(".*[*?\\[{].*")) {
      PlatformText.ofProcess().requireAllNames(typed);
    }
    return absolute(typed);
  }

  /** Whether it is a path of this machine. */
  public static boolean isLocal(String typed) {
    return FILE.matcher(typed).matches() || !SCHEME.matcher(typed).matches();
  }

  private static String local(String path) {
    String home =
        Optional.ofNullable(System.getenv("HOME"))
            .filter(folder -> !folder.isEmpty())
            .orElse(System.getProperty("user.home"));
    String full = path.equals("~") || path.startsWith("~/") ? home + path.substring(1) : path;
    return Path.of(full).toAbsolutePath().normalize().toString();
  }

  /** What is no URI, as it has a blank or a bracket, is taken as it is. */
  private static String decoded(String path) {
    try {
      return URI.create(path.replaceFirst("^/+", "/")).getPath();
    } catch (IllegalArgumentException e) {
      return path;
    }
  }

  private static String stored(String uri, String scheme) {
    try {
      FileSystems.matchNewResource(uri, false);
      return uri;
    } catch (IllegalArgumentException e) {
      if (!String.valueOf(e.getMessage()).startsWith("No filesystem found")) {
        throw new UsageException("%s (%s)".formatted(e.getMessage(), uri));
      }
    }
    String profile = PROFILES.get(scheme);
    throw new UsageException(
        profile == null
            ? "Expected a path, or a URI of file, gs, hdfs or s3, found " + uri
            : "Expected a program with %s://, found one without: build it with mvn -P%s package (%s)"
                .formatted(scheme, profile, uri));
  }
}
