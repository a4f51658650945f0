package org.epochflow.runners.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;

import java.io.PrintStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.request.Runner;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.TextTable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The help screens, at most {@value #WIDTH} columns wide. */
final class HelpScreens {
  private static final int WIDTH = 100;
  private static final int INDENT = 33;

  private HelpScreens() {}

  /** Of the program, of a family of verbs or of a verb. */
  static String of(CommandLine command) {
    Map<String, CommandLine> verbs = Program.verbs(command);
    boolean verb = command.getSubcommands().isEmpty();
    CommandSpec spec = command.getCommandSpec();
    String words = verb ? "" : " VERB";
    UsageMessageSpec usage =
        spec.usageMessage()
            .width(WIDTH)
            .customSynopsis("%s%s [--option=value ...]".formatted(spec.qualifiedName(" "), words))
            .descriptionHeading("%n")
            .commandListHeading("")
            .exitCodeListHeading("%nExit codes%n")
            .exitCodeList(exitCodes(verbs.values()))
            .footerHeading("%nExamples%n")
            .footer(examples(verbs.values(), verb ? Integer.MAX_VALUE : 1));
    if (verb) {
      usage.description(usage.description()[0] + ".");
    }
    command.getHelpSectionMap().put(SECTION_KEY_COMMAND_LIST, help -> verb ? "" : list(verbs));
    command.getHelpSectionMap().put(SECTION_KEY_OPTION_LIST, help -> verb ? options(spec) : "");
    return command.getUsageMessage(Ansi.OFF);
  }

  private static String list(Map<String, CommandLine> verbs) {
    TextTable table = table();
    verbs.forEach(
        (name, verb) ->
            table.addRowValues(name, verb.getCommandSpec().usageMessage().description()[0]));
    TextTable help = table();
    help.addRowValues("--help, VERB --help", "This screen; the options of a verb");
    help.addRowValues(
        "--help=runner", "The options of Beam and its runners, which every verb takes");
    help.addRowValues("--help=man", "A manual page: epochflow --help=man > epochflow.1");
    help.addRowValues("--version", "The version");
    return "\nVerbs\n" + table + "\nHelp\n" + help;
  }

  /** The options by the classes that declare them, in their order. */
  private static String options(CommandSpec verb) {
    Map<Class<?>, TextTable> groups = new LinkedHashMap<>();
    Rule.of(verb)
        .values()
        .forEach(
            rule -> {
              TextTable table = groups.computeIfAbsent(rule.group(), group -> table());
              if (rule.usage().length() < INDENT - 3) {
                table.addRowValues(rule.usage(), rule.description());
              } else {
                table.addRowValues(rule.usage());
                table.addRowValues("", rule.description());
              }
            });
    StringBuilder text = new StringBuilder();
    groups.forEach((group, table) -> text.append('\n').append(title(group, verb)).append(table));
    TextTable runner = table();
    runner.addRowValues("--runner=NAME ...", "Beam's own options: see epochflow --help=runner");
    return text.append("\nRunner\n").append(runner).toString();
  }

  /** {@code ClassNamesOptions} are {@code Class names}, a verb's own options its name. */
  private static String title(Class<?> group, CommandSpec verb) {
    String name = group.getSimpleName();
    String words =
        name.endsWith("Options")
            ? name.replace("Options", "").replaceAll("(?<=[a-z])([A-Z])", " $1")
            : verb.name();
    return words.substring(0, 1).toUpperCase(Locale.ROOT)
        + words.substring(1).toLowerCase(Locale.ROOT)
        + "\n";
  }

  private static TextTable table() {
    TextTable table =
        TextTable.forColumns(
            CommandLine.Help.defaultColorScheme(Ansi.OFF),
            new Column(INDENT, 2, Column.Overflow.SPAN),
            new Column(WIDTH - INDENT, 0, Column.Overflow.WRAP));
    table.indentWrappedLines = 0;
    return table;
  }

  /** Those of every verb, and those that some of these have besides. */
  static Map<String, String> exitCodes(Collection<CommandLine> verbs) {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "Done");
    codes.put("1", "Failed");
    codes.put("2", "Bad usage or bad input");
    for (CommandLine verb : verbs) {
      verb.getCommandSpec()
          .usageMessage()
          .exitCodeList()
          .forEach((code, text) -> codes.putIfAbsent(code, text));
    }
    return codes;
  }

  private static String[] examples(Collection<CommandLine> verbs, int each) {
    return verbs.stream()
        .flatMap(verb -> Stream.of(verb.getCommandSpec().usageMessage().footer()).limit(each))
        .map(example -> "  " + example)
        .toArray(String[]::new);
  }

  /** Beam's help for each of the interfaces that it and its runners register. */
  static void ofRunners(PrintStream out) {
    PipelineOptionsFactory.getRegisteredOptions().stream()
        .sorted(Comparator.comparing(Class::getName))
        .forEach(options -> PipelineOptionsFactory.printHelp(out, options));
    out.print(Runner.DEFAULTS);
  }
}
