package org.epochflow.runners.verb;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.epochflow.model.json.JsonObject;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Retraining;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.mlflow.MlflowListener;
import org.epochflow.runners.mlflow.MlflowServer;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.GateOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.MLflowChampionOptions;
import org.epochflow.runners.option.RegistryOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.ReportListener;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.TrainingJobs;
import org.epochflow.runners.terminal.Decisions;
import org.epochflow.runners.terminal.Interruption;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow retrain}. */
@Command(
    name = "retrain",
    description =
        "Train the next version in a registry, and make it the champion if it passes the gates; to"
            + " be run by a scheduler",
    exitCodeList = {
      "3:Trained, but not promoted (retrain)",
      "4:Not trained: the data are too far from the champion's (retrain)"
    },
    footer = {
      "epochflow retrain --registry=DIR --data='nights/*' --testData=DIR",
      "epochflow retrain --registry=DIR --data=DIR --model=cnn --warmStart --minAccuracy=0.9"
    })
final class RetrainVerb implements Verb {
  private static final int REFUSED = 3;
  private static final int DRIFTED = 4;

  /** What somebody may have to look at. */
  private static final Set<Decision> NOTIFIED =
      EnumSet.of(Decision.PROMOTED, Decision.DIVERGED, Decision.DRIFTED, Decision.FAILED);

  @Option(
      names = "--warmStart",
      description = "Start from the champion's weights, if there is a champion, not from new ones")
  boolean warmStart;

  @Option(
      names = "--force",
      description = "Train even if neither data nor configuration is new since the last attempt")
  boolean force;

  @Option(
      names = "--maxDrift",
      description =
          "How far the class balance, pixel mean or pixel deviation of the training data may be from"
              + " the champion's. If one is further, nothing is trained and the exit code is 4")
  @Takes(atLeast = 0, atMost = 1, fallback = "any distance")
  @Nullable Double maxDrift;

  @Option(
      names = "--notify",
      paramLabel = "COMMAND",
      description =
          "Shell command to run after a promotion or a failure; it gets the ledger's line on its"
              + " standard input")
  @Nullable String notify;

  @Mixin final RegistryOptions registry = new RegistryOptions();
  @Mixin final GateOptions gates = new GateOptions();
  @Mixin final ConfigOptions config = new ConfigOptions();

  @Mixin final MLflowChampionOptions mlflow = new MLflowChampionOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    if (gates.gates().needsTopK() && config.training.stopping().topK() == null) {
      throw new UsageException(
          "--minTopKAccuracy and --improvementOf=top_k_accuracy need --topK=N, the N of the figure");
    }
    Optional<MlflowServer> server = mlflow.server(Location.absolute(registry.registry));
    Models models = new Models();
    TrainingJobs.of(config, call.given(), Optional.empty(), models); // refuses what it can now
    TrainingJobs.advice(config.training).ifPresent(call::tell);
    Registry folder = new Registry(Location.absolute(registry.registry));
    List<LedgerEntry> lines = new ArrayList<>();
    Retraining.Night night;
    try (TerminalListener terminal = call.terminal();
        Interruption interruption =
            Interruption.watchRetraining(
                registry.registry, call.typed(), terminal::close, call.err())) {
      night =
          new Retraining(
                  folder,
                  Clock.systemUTC(),
                  new Listeners<>(List.of(terminal, interruption), call::tell),
                  lines::add)
              .run(() -> order(models, terminal, call));
      report(night, folder, call);
      if (server.isPresent()) {
        track(night, folder, server.get(), call);
      }
    } finally {
      sendNotifications(notify, lines, call.err());
    }
    return show(night, call);
  }

  /** Shows a night, and returns its exit code. */
  int show(Retraining.Night night, Call call) {
    call.shown().print(Decisions.told(night));
    @Nullable Integer version = night.decision().version();
    if (version != null && !night.nothingNew()) {
      call.out().println(registry.registry + "/versions/" + Registry.name(version));
    }
    return night.nothingNew() ? 0 : exitCode(night.decision(), call);
  }

  /** What is asked for, with the data that there are when nobody else is at work. */
  private Retraining.Order order(Models models, TerminalListener terminal, Call call)
      throws IOException {
    DataFiles files = ExampleFiles.all(config.data);
    return new Retraining.Order(
        TrainingJobs.of(config, call.given(), Optional.of(files), models),
        warmStart,
        force,
        gates.gates(),
        maxDrift,
        () -> call.connect(cluster, registry.registry, terminal));
  }

  /** Writes the page of the version that was trained, also one that a killed night left out. */
  private static void report(Retraining.Night night, Registry registry, Call call)
      throws IOException {
    @Nullable Integer version = night.decision().version();
    if (version == null) {
      return;
    }
    RunFolder run = registry.run(version);
    if (!night.nothingNew() || !Storage.exists(run.report())) {
      try (ReportListener report = new ReportListener(run, call::tell)) {
        report.ended();
      }
    }
  }

  /** Logs the version that was trained, and registers it if it is now the champion. */
  private static void track(
      Retraining.Night night, Registry registry, MlflowServer server, Call call) {
    LedgerEntry entry = night.decision();
    @Nullable Integer version = entry.version();
    if (version == null || night.nothingNew()) {
      return;
    }
    Map<String, String> tags =
        Map.of(
            "epochflow.version", String.valueOf(version),
            "epochflow.decision", JsonObject.spell(entry.decision()),
            "epochflow.why", entry.why());
    try (MlflowListener tracking =
        new MlflowListener(server, registry.run(version), true, call::tell)) {
      tracking.ended(
          tags, entry.decision() != Decision.DIVERGED, entry.decision() == Decision.PROMOTED);
    }
  }

  /** Tells a command of what somebody may have to look at. */
  static void sendNotifications(
      @Nullable String command, List<LedgerEntry> lines, PrintStream err) {
    if (command != null) {
      lines.stream()
          .filter(line -> NOTIFIED.contains(line.decision()))
          .forEach(line -> new Notification(command, err).send(Ledger.line(line)));
    }
  }

  private static int exitCode(LedgerEntry decision, Call call) {
    return switch (decision.decision()) {
      case REFUSED -> REFUSED;
      case DRIFTED -> failed(decision, DRIFTED, call);
      case DIVERGED -> failed(decision, 1, call);
      default -> 0;
    };
  }

  private static int failed(LedgerEntry decision, int exit, Call call) {
    call.tell("Not promoted: " + decision.why());
    return exit;
  }
}
