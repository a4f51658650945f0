package org.epochflow.pipeline.predict;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classifier;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.registry.Decision;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.RetrainingRequest;
import org.epochflow.pipeline.registry.Score;

/** A registry of networks with random weights, as nights leave one. */
record SmallRegistry(Path folder) {
  static final Shape IMAGE = Shape.of(SmallData.HEIGHT, SmallData.WIDTH, 1);
  private static final TrainingConfig CONFIG = SmallNetworks.config(2, new SplitRule(0.2, true));

  /** Adds a version, and makes it the champion. */
  void promote(int version) throws IOException {
    Path run = Files.createDirectories(folder.resolve("versions/0000" + version));
    write(version, run.resolve("best_model.keras"));
    Path ledger = folder.resolve("ledger.jsonl");
    List<String> lines =
        new ArrayList<>(Files.exists(ledger) ? Files.readAllLines(ledger) : List.of());
    Score score = new Score(version, 1, 1, 1, 0, List.of(1.0), List.of(), null, null, null);
    LedgerEntry entry =
        new LedgerEntry(
            lines.size() + 1,
            "2026-11-23T02:30:00Z",
            Decision.PROMOTED,
            version,
            "better",
            new RetrainingRequest("data", "config"),
            null,
            null,
            new LedgerEntry.Figures(score, null, null, ParametersHash.sha256(parameters(version))));
    lines.add(Ledger.line(entry));
    Path beside = folder.resolve("ledger.new");
    Files.write(beside, lines);
    Files.move(beside, ledger, StandardCopyOption.ATOMIC_MOVE);
  }

  private static float[] parameters(int version) {
    return CONFIG.architecture().initialParameters(version);
  }

  static Path write(int version, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      KerasFile.write(TrainingState.begin(CONFIG, parameters(version)), out);
    }
    return file;
  }

  /** What a version is to answer. */
  float[] probabilities(int version, Image image) throws IOException {
    return Classifier.load(folder.resolve("versions/0000" + version + "/best_model.keras"))
        .classify(image.pixels())
        .probabilities();
  }
}
