package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests {@link Page}. */
class PageTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void theDataComesBackWhateverItSays() throws IOException {
    JsonNode tree =
        JSON.createObjectNode()
            .put("name", "</script><script>alert(1)</script><!-- ${title} $1 \\ \u2028 é")
            .put("number", 0.1);

    Matcher island =
        Pattern.compile(
                "<script type=\"application/json\" id=\"data\">(.*?)</script>", Pattern.DOTALL)
            .matcher(new Page("t", PageTest.class, "page-test.js", tree).html());

    assertTrue(island.find());
    assertEquals(tree, JSON.readTree(island.group(1)));
  }

  @Test
  void theTitleIsTextNotMarkup() throws IOException {
    String html =
        new Page("<b>a & b", PageTest.class, "page-test.js", JSON.createObjectNode()).html();

    assertTrue(html.contains("<title>&lt;b&gt;a &amp; b</title>"), html.substring(0, 800));
  }

  @Test
  void allOfThePageIsInTheFile() throws IOException {
    String html = new Page("t", PageTest.class, "page-test.js", JSON.createObjectNode()).html();

    assertTrue(html.contains("const drawnBy = `page-test ${1 + 1}`;"), "its script as it stands");
    assertTrue(html.contains("Chart.js v"), "the chart library");
    assertTrue(html.contains("color-mix"), "the style");
    assertFalse(html.matches("(?s).*<(script|img|link)[^>]+(src|href)=\"(?!data:).*"), "no links");
  }

  @Test
  void aScriptThatIsNotThereIsNamed() {
    Page page = new Page("t", PageTest.class, "absent.js", JSON.createObjectNode());

    FileNotFoundException e = assertThrows(FileNotFoundException.class, page::html);

    assertEquals(
        "Expected a resource absent.js next to " + PageTest.class.getName() + ", found none",
        e.getMessage());
  }
}
