package org.epochflow.model.json;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a message shows of a file's text: one short line, whatever the file holds. */
public final class Excerpt {
  private static final int MOST = 200;
  private static final int SHOWN = 160;

  private Excerpt() {}

  /** The text, without control characters; of a long one its beginning and its length. */
  public static String of(@Nullable Object text) {
    String whole = String.valueOf(text);
    String shown =
        whole.length() <= MOST
            ? whole
            : String.format(
                Locale.ROOT, "%s... (%d characters)", whole.substring(0, SHOWN), whole.length());
    return shown.replaceAll("\\p{Cntrl}", " ");
  }
}
