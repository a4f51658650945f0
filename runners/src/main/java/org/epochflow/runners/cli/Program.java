package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;
import org.epochflow.runners.option.Nearest;
import org.epochflow.runners.option.Rule;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.Arguments;
import org.epochflow.runners.request.OptionsFile;
import org.epochflow.runners.request.PlatformText;
import org.epochflow.runners.request.Runner;
import org.epochflow.runners.verb.Call;
import org.epochflow.runners.verb.Verb;
import org.epochflow.runners.verb.Verbs;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The program as a function of its arguments: 0 done, 1 failed, 2 bad usage or bad input. */
final class Program {
  private static final String OPTIONS = "--options=";

  private Program() {}

  /** Results go to {@code out}; a failure is one message on {@code err}. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    try {
      PlatformText.ofProcess().requireWhole(List.of(args), System.getProperty("user.dir"));
      return dispatch(asAsked(List.of(args)), out, err);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return Failure.of(e).report(e, err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** Nothing at all asks for help; {@code help VERB} is {@code VERB --help}. */
  private static List<String> asAsked(List<String> words) {
    if (!words.isEmpty() && !words.get(0).equals("help")) {
      return words;
    }
    List<String> asked = new ArrayList<>(words.isEmpty() ? words : words.subList(1, words.size()));
    asked.add("--help");
    return asked;
  }

  private static int dispatch(List<String> words, PrintStream out, PrintStream err)
      throws IOException {
    CommandLine command = program(words.get(0));
    int verbs = 0;
    for (String word : words) {
      @Nullable CommandLine verb = command.getSubcommands().get(word);
      if (verb == null) {
        break;
      }
      command = verb;
      verbs++;
    }
    List<String> rest = words.subList(verbs, words.size());
    boolean named = command.getCommand() instanceof Verb;
    if (rest.contains("--help=runner")) {
      HelpScreens.ofRunners(out);
    } else if (rest.contains("--help=man")) {
      out.print(ManPage.of(new CommandLine(new Verbs()), version()));
    } else if (verbs == 0 && rest.get(0).equals("--version")) {
      out.println("epochflow " + version());
    } else if (named
        ? rest.stream().anyMatch(Program::isHelp)
        : rest.isEmpty() || isHelp(rest.get(0))) {
      out.print(HelpScreens.of(command));
    } else if (named) {
      return call(command, rest, out, err);
    } else {
      throw noVerb(command, rest.get(0));
    }
    return 0;
  }

  /** The program with the verb alone that is typed first, or with all if there is none of it. */
  private static CommandLine program(String first) {
    Command program = Verbs.class.getAnnotation(Command.class);
    for (Class<?> verb : program.subcommands()) {
      if (verb.getAnnotation(Command.class).name().equals(first)) {
        return new CommandLine(CommandSpec.create().name(program.name()))
            .addSubcommand(new CommandLine(verb));
      }
    }
    return new CommandLine(new Verbs());
  }

  private static int call(CommandLine command, List<String> typed, PrintStream out, PrintStream err)
      throws IOException {
    BeamOptions beam = new BeamOptions(command);
    Verb verb = command.getCommand();
    List<String> words = withFile(typed, command, beam);
    Arguments arguments = Arguments.parse(verb, words);
    Map<String, List<String>> others = beam.checked(arguments.others());
    arguments.requireWhole(name(command), Rule.of(command.getCommandSpec()));
    Logging.configure(arguments.all("verbose").contains("true"));
    PipelineOptions options = BeamOptions.made(others);
    Runner runner = Runner.of(options, others.keySet());
    FileSystems.setDefaultPipelineOptions(options);
    return verb.run(new Call(typed, arguments, runner, out, err));
  }

  /** What is typed, and what the file of {@code --options} has besides. */
  private static List<String> withFile(List<String> typed, CommandLine command, BeamOptions beam)
      throws IOException {
    List<String> words = new ArrayList<>(typed);
    List<String> names = typed.stream().map(Program::option).toList();
    for (String option : typed) {
      if (option.startsWith(OPTIONS)) {
        String file = option.substring(OPTIONS.length());
        try {
          List<String> more = OptionsFile.words(file);
          Object fresh = new CommandLine(command.getCommand().getClass()).getCommand();
          beam.checked(Arguments.parse(fresh, more).others());
          more.stream().filter(word -> !names.contains(option(word))).forEach(words::add);
        } catch (UsageException e) {
          throw new UsageException("%s (%s)".formatted(e.getMessage(), file));
        }
      }
    }
    return words;
  }

  private static String option(String word) {
    return word.split("=", 2)[0];
  }

  private static UsageException noVerb(CommandLine command, String found) {
    List<String> verbs = new ArrayList<>(verbs(command).keySet());
    String expected = String.join(", ", verbs);
    if (found.startsWith("-")) {
      return new UsageException("Expected a verb first (%s), found %s".formatted(expected, found));
    }
    String family = command.getParent() == null ? "" : name(command) + " ";
    return new UsageException(
        "Expected one of %s, found %s%s%s"
            .formatted(
                expected,
                family,
                found,
                Nearest.question(found, command.getSubcommands().keySet())));
  }

  /** The words that name a verb: {@code registry list}. */
  static String name(CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    return spec.qualifiedName(" ").substring(spec.root().name().length() + 1);
  }

  /** The verbs of a command, or its own, by the words that name them, in the order of help. */
  static Map<String, CommandLine> verbs(CommandLine command) {
    Map<String, CommandLine> verbs = new LinkedHashMap<>();
    if (command.getCommand() instanceof Verb) {
      verbs.put(name(command), command);
    }
    command.getSubcommands().values().forEach(sub -> verbs.putAll(verbs(sub)));
    return verbs;
  }

  private static boolean isHelp(String word) {
    return word.equals("--help") || word.equals("-h") || word.equals("--help=true");
  }

  private static String version() {
    String version = Program.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
