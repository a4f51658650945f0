package org.epochflow.runners.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.commons.text.StringEscapeUtils;
import org.apache.commons.text.StringSubstitutor;
import org.jspecify.annotations.Nullable;

/**
 * A page in one HTML file that loads nothing: its data, the style, the chart library, the shared
 * functions of {@code charts.js} and the script that draws this kind of page.
 *
 * <p>A new kind of page needs a script next to a class of its own, and a tree of data:
 *
 * <pre>{@code
 * Storage.writeText(folder + "/tuning.html", new Page("Tuning", Tuning.class, "tuning.js", tree).html());
 * // tuning.js, a resource next to Tuning.class; the tree is `data`:
 * page.append(element("h1", {}, "Tuning"), section("Trials", table("Trials", [{name: "rate"}], data.rows)));
 * }</pre>
 *
 * @param owner the class whose package has the scripts as resources
 * @param scripts what draws the page; the later ones may call the earlier ones
 * @param data the script's data; numbers that are not finite are {@code null} or text
 */
public record Page(String title, Class<?> owner, List<String> scripts, JsonNode data) {
  public Page {
    scripts = List.copyOf(scripts);
  }

  /** A page of one script. */
  public Page(String title, Class<?> owner, String script, JsonNode data) {
    this(title, owner, List.of(script), data);
  }

  /** Returns the whole file. */
  public String html() throws IOException {
    StringBuilder script = new StringBuilder();
    for (String name : scripts) {
      script.append(resource(owner, name));
    }
    Map<String, String> parts =
        Map.of(
            "title", StringEscapeUtils.escapeHtml4(title),
            "style", resource(Page.class, "page.css"),
            "data", island(data),
            "library", resource(Page.class, "chart.umd.min.js"),
            "charts", resource(Page.class, "charts.js"),
            "script", script.toString());
    return new StringSubstitutor(parts)
        .setDisableSubstitutionInValues(true)
        .setEnableUndefinedVariableException(true)
        .replace(resource(Page.class, "page.html"));
  }

  /** Returns JSON that cannot end a script element: {@code <} is escaped. */
  private static String island(JsonNode data) {
    return data.toString().replace("<", "\\u003c");
  }

  private static String resource(Class<?> owner, String name) throws IOException {
    try (@Nullable InputStream in = owner.getResourceAsStream(name)) {
      if (in == null) {
        throw new FileNotFoundException(
            "Expected a resource %s next to %s, found none".formatted(name, owner.getName()));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
