package org.epochflow.runners.verb;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.Rule;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** {@code epochflow completion}: a script by which bash and zsh complete verbs and options. */
@Command(
    name = "completion",
    description = "Print a script that makes bash or zsh complete verbs, options and their values",
    footer = {"source <(epochflow completion)", "epochflow completion >> ~/.bashrc"})
final class CompletionVerb implements Verb {
  /**
   * Picocli's script expects {@code --name value}. This puts the words that bash cuts at {@code =}
   * in that form, and an {@code =} after the options that take a value.
   */
  private static final String WITH_EQUALS =
      """
      function _epochflow_with_equals() {
        if [[ ${COMP_WORDS[COMP_CWORD]} == = ]]; then
          COMP_WORDS[COMP_CWORD]=
        elif [[ ${COMP_WORDS[COMP_CWORD-1]} == = ]]; then
          COMP_WORDS=("${COMP_WORDS[@]:0:COMP_CWORD-1}" "${COMP_WORDS[@]:COMP_CWORD}")
          COMP_CWORD=$((COMP_CWORD - 1))
        fi
        _complete_epochflow
        local i flags=" %s "
        for i in "${!COMPREPLY[@]}"; do
          if [[ ${COMPREPLY[i]} == --* && $flags != *" ${COMPREPLY[i]} "* ]]; then
            COMPREPLY[i]+="="
            type compopt &> /dev/null && compopt -o nospace
          fi
        done
        return 0
      }
      complete -F _epochflow_with_equals -o default epochflow
      """;

  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    CommandSpec program = CommandSpec.forAnnotatedObject(new Verbs());
    call.out().print(AutoComplete.bash("epochflow", new CommandLine(completed(program))));
    call.out().print(WITH_EQUALS.formatted(String.join(" ", flags(program))));
    return 0;
  }

  /** The same verbs, with options that tell a file from a word. */
  private static CommandSpec completed(CommandSpec spec) {
    CommandSpec copy = CommandSpec.create().name(spec.name());
    spec.subcommands()
        .forEach((name, verb) -> copy.addSubcommand(name, completed(verb.getCommandSpec())));
    Rule.of(spec).values().forEach(rule -> copy.addOption(completed(rule)));
    return copy;
  }

  private static OptionSpec completed(Rule rule) {
    OptionSpec.Builder option =
        OptionSpec.builder(rule.option().longestName()).paramLabel(rule.name());
    if (rule.flag()) {
      return option.type(boolean.class).build();
    } else if (!rule.words().isEmpty()) {
      return option.type(String.class).completionCandidates(rule.words()).build();
    }
    boolean file = rule.usage().matches(".*=.*(DIR|FILE|FILES|RUN)");
    return option.type(file ? File.class : String.class).build();
  }

  /** The options of all verbs that may stand without a value. */
  private static List<String> flags(CommandSpec spec) {
    Map<String, Rule> rules = Rule.of(spec);
    return Stream.concat(
            rules.values().stream().filter(Rule::flag).map(rule -> "--" + rule.name()),
            spec.subcommands().values().stream()
                .flatMap(verb -> flags(verb.getCommandSpec()).stream()))
        .distinct()
        .toList();
  }
}
