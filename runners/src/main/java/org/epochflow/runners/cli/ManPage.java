package org.epochflow.runners.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.epochflow.runners.option.Rule;
import picocli.CommandLine;

/**
 * The manual page of the program in the format of {@code man(7)}: its verbs, every option with the
 * verbs that take it, exit codes and examples, as the verbs themselves declare them.
 *
 * <pre>{@code
 * epochflow --help=man > epochflow.1
 * man ./epochflow.1
 * }</pre>
 */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage() {}

  /** Of a program, with its version. */
  static String of(CommandLine program, String version) {
    return new ManPage().write(program, version);
  }

  private String write(CommandLine program, String version) {
    Map<String, CommandLine> verbs = Program.verbs(program);
    String name = program.getCommandName();
    macro("TH", quoted(name), "1", quoted(""), quoted(name + " " + version));
    section("Name");
    text(name + " \\- train image classifiers in parallel, on Apache Beam");
    section("Synopsis");
    page.append("\\fB")
        .append(name)
        .append("\\fR \\fIVERB\\fR [\\fB\\-\\-option\\fR=\\fIvalue\\fR ...]\n");
    section("Description");
    text(escaped(description(program)));
    section("Verbs");
    verbs.forEach((words, verb) -> item(bold(words), escaped(description(verb) + ".")));
    section("Options");
    options(verbs);
    item(
        bold("--help") + ", " + italic("VERB") + " " + bold("--help"),
        escaped("Show the verbs; the options of a verb."));
    item(bold("--help=runner"), escaped("Show the options of Beam and its runners."));
    item(bold("--help=man"), escaped("Print this page."));
    item(bold("--version"), escaped("Print the version."));
    section("Exit status");
    HelpScreens.exitCodes(verbs.values())
        .forEach((code, meaning) -> item(bold(code), escaped(meaning + ".")));
    section("Examples");
    macro("nf");
    verbs.values().stream()
        .flatMap(verb -> Arrays.stream(verb.getCommandSpec().usageMessage().footer()))
        .forEach(example -> text(escaped(example)));
    macro("fi");
    return page.toString();
  }

  /** An option of several verbs. */
  private record Shared(Rule rule, List<String> verbs) {}

  /** Every option once. Verbs that describe one of the same name otherwise have their own. */
  private void options(Map<String, CommandLine> verbs) {
    Map<String, Shared> options = new LinkedHashMap<>();
    verbs.forEach(
        (words, verb) ->
            Rule.of(verb.getCommandSpec())
                .values()
                .forEach(
                    rule ->
                        options
                            .computeIfAbsent(
                                rule.usage() + rule.description(),
                                same -> new Shared(rule, new ArrayList<>()))
                            .verbs
                            .add(words)));
    options.values().stream()
        .sorted(Comparator.comparing(option -> option.rule.name()))
        .forEach(
            option -> {
              String[] usage = option.rule.usage().split("=", 2);
              item(
                  bold(usage[0]) + (usage.length == 1 ? "" : "=" + italic(usage[1])),
                  escaped(option.rule.description() + "."));
              page.append(".br\n");
              text(
                  option.verbs.size() == verbs.size()
                      ? "Verbs: all."
                      : "Verbs: " + italic(String.join(", ", option.verbs)) + ".");
            });
  }

  private static String description(CommandLine command) {
    return command.getCommandSpec().usageMessage().description()[0];
  }

  private void section(String title) {
    macro("SH", quoted(title.toUpperCase(Locale.ROOT)));
  }

  private void item(String term, String text) {
    macro("TP");
    page.append(term).append('\n');
    text(text);
  }

  private void macro(String name, String... arguments) {
    page.append('.').append(name);
    for (String argument : arguments) {
      page.append(' ').append(argument);
    }
    page.append('\n');
  }

  /** A line of text; one that begins as a request does not become one. */
  private void text(String text) {
    page.append(text.startsWith(".") || text.startsWith("'") ? "\\&" : "")
        .append(text)
        .append('\n');
  }

  private static String bold(String text) {
    return "\\fB" + escaped(text) + "\\fR";
  }

  private static String italic(String text) {
    return "\\fI" + escaped(text) + "\\fR";
  }

  private static String quoted(String text) {
    return '"' + escaped(text) + '"';
  }

  /** Backslashes and quotes as themselves, and a dash that can be copied into a shell. */
  private static String escaped(String text) {
    return text.replace("\\", "\\e")
        .replace("-", "\\-")
        .replace("'", "\\(aq")
        .replace("\"", "\\(dq");
  }
}
