package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptions;

/** The program as a function of its arguments: 0 done, 1 failed, 2 bad usage or bad input. */
record CommandLine(List<Command<?>> commands) {
  CommandLine {
    commands = List.copyOf(commands);
  }

  /** Results go to {@code out}; a failure is one message on {@code err}. */
  int run(String[] args, PrintStream out, PrintStream err) {
    try {
      return dispatch(verbFirst(List.of(args)), out, err);
    } catch (IOException | RuntimeException | OutOfMemoryError e) {
      return Failure.of(e).report(e, err);
    } finally {
      out.flush();
      err.flush();
    }
  }

  /** The words, with those of a verb of two, such as {@code registry list}, as one. */
  private List<String> verbFirst(List<String> words) {
    int at = !words.isEmpty() && words.get(0).equals("help") ? 1 : 0;
    if (words.size() < at + 2) {
      return words;
    }
    String verb = words.get(at) + " " + words.get(at + 1);
    if (commands.stream().noneMatch(command -> command.name().equals(verb))) {
      return words;
    }
    List<String> joined = new ArrayList<>(words);
    joined.subList(at, at + 2).clear();
    joined.add(at, verb);
    return joined;
  }

  private int dispatch(List<String> args, PrintStream out, PrintStream err) throws IOException {
    String first = args.isEmpty() ? "--help" : args.get(0);
    List<String> rest = args.isEmpty() ? List.of() : args.subList(1, args.size());
    if (first.equals("help") || asksForHelp(first)) {
      Optional<String> verb = rest.stream().findFirst();
      out.print(verb.map(this::help).orElseGet(new Help(commands)::overview));
    } else if (first.equals("--help=runner") || rest.contains("--help=runner")) {
      Help.ofRunners(out);
    } else if (first.equals("--version")) {
      out.println("epochflow " + version());
    } else if (rest.stream().anyMatch(CommandLine::asksForHelp)
        || (rest.isEmpty() && !family(first).isEmpty())) {
      out.print(help(first));
    } else {
      return call(named(first), rest, out, err);
    }
    return 0;
  }

  private <O extends PipelineOptions> int call(
      Command<O> command, List<String> typed, PrintStream out, PrintStream err) throws IOException {
    Arguments arguments = Arguments.read(typed, command, commands);
    O options = arguments.as(command.options());
    Logging.configure(arguments.given().contains("verbose"));
    RunnerDefaults.apply(options, arguments.given());
    FileSystems.setDefaultPipelineOptions(options);
    return command.body().run(new Call<>(options, typed, arguments, out, err));
  }

  private String help(String verb) {
    List<Command<?>> family = family(verb);
    return family.isEmpty() ? Help.of(named(verb)) : new Help(family).overview();
  }

  /** The verbs of two words that begin with this one. */
  private List<Command<?>> family(String first) {
    return commands.stream().filter(command -> command.name().startsWith(first + " ")).toList();
  }

  private Command<?> named(String verb) {
    List<Command<?>> family = family(verb);
    List<String> verbs =
        (family.isEmpty() ? commands : family).stream().map(Command::name).toList();
    int index = verbs.indexOf(verb);
    if (index < 0) {
      throw new UsageException(
          verb.startsWith("-")
              ? "Expected a verb first (%s), found %s".formatted(String.join(", ", verbs), verb)
              : "Expected one of %s, found %s%s"
                  .formatted(String.join(", ", verbs), verb, Nearest.question(verb, verbs)));
    }
    return commands.get(index);
  }

  private static boolean asksForHelp(String word) {
    return word.equals("--help") || word.equals("-h") || word.equals("--help=true");
  }

  private static String version() {
    String version = CommandLine.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
