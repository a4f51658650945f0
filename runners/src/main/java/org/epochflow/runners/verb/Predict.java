package org.epochflow.runners.verb;

import java.io.IOException;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.terminal.TerminalListener;
import org.epochflow.runners.verb.Pipelines.Predicted;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow predict}. */
@Command(
    name = "predict",
    description = "Predict the classes of IDX images that have no labels, as CSV files",
    footer = {
      "epochflow predict --model=runs/0001-softmax --images=new-images-idx3-ubyte.gz",
      "epochflow predict --model=best_model.keras --images='DIR/*-images-idx3-ubyte'"
          + " --output=predictions"
    })
final class Predict implements Verb {
  @Option(
      names = "--images",
      required = true,
      paramLabel = "FILES",
      description =
          "IDX images without labels, gzipped or not. The files that a pattern matches are one"
              + " sequence, in the order of their paths")
  String images = "";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE|RUN",
      description = "Model that predicts: a .keras file or a run's folder")
  String model = "";

  @Option(names = "--output", paramLabel = "DIR", description = "Folder for the predictions")
  @Takes(fallback = "runs/0003-predictions: the next free number")
  @Nullable String output;

  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    return OutputFolder.in(output, "predictions", folder -> predict(call, folder));
  }

  private int predict(Call call, String folder) throws IOException {
    Predicted predicted;
    try (TerminalListener terminal = call.terminal()) {
      predicted = call.pipelines().predict(this, call.runner(), terminal, folder);
    }
    call.shown().println("Images predicted: %,d".formatted(predicted.images()));
    predicted.outputs().forEach(call.out()::println);
    return 0;
  }
}
