package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.runners.terminal.Decisions;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;

/** {@code epochflow retrain}. */
record RetrainCommand(Pipelines pipelines) implements Command.Body<RetrainOptions> {
  static final int REFUSED = 3;
  static final int DRIFTED = 4;

  /** What somebody may have to look at. */
  private static final Set<Decision> NOTIFIED =
      EnumSet.of(Decision.PROMOTED, Decision.DIVERGED, Decision.DRIFTED, Decision.FAILED);

  static Command<RetrainOptions> command(Pipelines pipelines) {
    return new Command<>(
        "retrain",
        "Train the next version of a registry, and make it the champion if it passes the gates;"
            + " made for a scheduler",
        RetrainOptions.class,
        List.of(
            "epochflow retrain --registry=DIR --data='nights/*' --testData=DIR",
            "epochflow retrain --registry=DIR --data=DIR --model=cnn --warmStart --minAccuracy=0.9"),
        new RetrainCommand(pipelines));
  }

  @Override
  public int run(Call<RetrainOptions> call) throws IOException {
    RetrainOptions options = call.options();
    TrainingConfigs configs = new TrainingConfigs(options, call.given(), pipelines);
    configs.requireSound();
    configs.advice().ifPresent(advice -> call.err().println("epochflow: " + advice));
    PrintStream out = options.isQuiet() ? TrainCommand.silent() : call.out();
    List<LedgerEntry> lines = new ArrayList<>();
    Retraining.Night night;
    try (TerminalListener terminal =
            new TerminalListener(out, !options.isQuiet() && Terminal.live());
        Interruption interruption =
            Interruption.watchRetraining(
                options.getRegistry(), call.typed(), terminal::close, call.err())) {
      night =
          pipelines.retrain(
              options, configs, terminal, List.of(terminal, interruption), lines::add);
    } finally {
      sendNotifications(options.getNotify(), lines, call.err());
    }
    out.print(Decisions.told(night));
    @Nullable Integer version = night.decision().version();
    if (version != null && !night.nothingNew()) {
      call.out().println(options.getRegistry() + "/versions/" + Registry.name(version));
    }
    return night.nothingNew() ? 0 : exitCode(night.decision(), call.err());
  }

  private static void sendNotifications(
      @Nullable String command, List<LedgerEntry> lines, PrintStream err) {
    if (command != null) {
      lines.stream()
          .filter(line -> NOTIFIED.contains(line.decision()))
          .forEach(line -> new Notification(command, err).send(Ledger.line(line)));
    }
  }

  private static int exitCode(LedgerEntry decision, PrintStream err) {
    return switch (decision.decision()) {
      case REFUSED -> REFUSED;
      case DRIFTED -> failed(decision, DRIFTED, err);
      case DIVERGED -> failed(decision, 1, err);
      default -> 0;
    };
  }

  private static int failed(LedgerEntry decision, int exit, PrintStream err) {
    err.println("epochflow: Not promoted: " + decision.why());
    return exit;
  }
}
