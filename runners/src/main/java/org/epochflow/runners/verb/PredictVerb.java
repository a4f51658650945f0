package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.epochflow.model.format.SavedModel;
import org.epochflow.pipeline.run.PredictionRun;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.PixelsOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UnusableRecordsOptions;
import org.epochflow.runners.request.DataFolders;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow predict}. */
@Command(
    name = "predict",
    description = "Predict the classes of images, as CSV files",
    footer = {
      "epochflow predict --model=runs/0001-softmax --images=new-images-idx3-ubyte.gz",
      "epochflow predict --model=best_model.keras --images=photos --output=predictions",
      "epochflow predict --model=best_model.keras --images='DIR/*-images-idx3-ubyte'"
    })
final class PredictVerb implements Verb {
  @Option(
      names = "--images",
      required = true,
      paramLabel = "FILES",
      description =
          "Images, in a file of any format that --data takes or in a folder of pictures; labels are"
              + " not read, and pictures are resized to the model's input. The files that a pattern"
              + " matches are one sequence, in the order of their paths")
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

  @Mixin final PixelsOptions pixels = new PixelsOptions();
  @Mixin final UnusableRecordsOptions unusable = new UnusableRecordsOptions();
  @Mixin final ClusterOptions cluster = new ClusterOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    return OutputFolder.in(output, "predictions", folder -> predict(call, folder));
  }

  private int predict(Call call, String folder) throws IOException {
    String path = Models.file(model);
    SavedModel saved = pixels.of(ModelFile.read(path));
    List<String> files = DataFolders.images("images", images);
    PredictionRun.Predicted predicted;
    try (TerminalListener terminal = call.terminal()) {
      predicted =
          new PredictionRun(call.connect(cluster, folder, terminal), path, saved)
              .run(files, unusable.maxRejected, Location.absolute(folder));
    }
    call.shown().println(String.format(Locale.ROOT, "Images predicted: %,d", predicted.images()));
    predicted.files().forEach(name -> call.out().println(folder + "/" + name));
    return 0;
  }
}
