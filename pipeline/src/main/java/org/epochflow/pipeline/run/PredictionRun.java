package org.epochflow.pipeline.run;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.pipeline.data.Fit;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.format.ImagesToPredict;
import org.epochflow.pipeline.data.format.Rejected;
import org.epochflow.pipeline.evaluate.WritePredictions;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.store.Csv;
import org.epochflow.pipeline.store.FolderInUseException;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;

/**
 * What a saved model takes images for, from files to files, on a Beam runner.
 *
 * @param path of the model, absolute
 */
public record PredictionRun(Execution execution, String path, SavedModel model) {
  private static final String REJECTED = "rejected.csv";
  private static final Pattern FILES =
      Pattern.compile("predictions-\\d+-of-\\d+\\.csv|rejected\\.csv");

  /**
   * Predicts each image's class, and replaces the predictions in the folder when all are there.
   *
   * @param sources paths of files of images, absolute: one sequence of records. Pictures become
   *     what the model takes
   * @param maxRejected how many images may be left out that cannot be read; {@code rejected.csv}
   *     lists them
   * @param output the folder for the predictions; the work on them is in one of its own within it
   */
  public Predicted run(List<String> sources, RejectionBudget maxRejected, String output)
      throws IOException {
    if (new RunFolder(output).isRun()) {
      throw new FolderInUseException(
          "Expected an output folder other than a run's, found " + output);
    }
    Kernels.named(model.kernels());
    try (Lease lease = Lease.ofFolder(output);
        WorkFolder own = WorkFolder.in(output, lease)) {
      String work = own.path();
      ImagesToPredict asked =
          ImagesToPredict.open(sources, model.image().orElse(null), work + "/data");
      Records images = asked.records();
      Rejected.require(maxRejected, asked.rejected(), images.count() + asked.rejected().size());
      Fit.require("the model " + path, model.preprocessing(), model.architecture().input(), images);
      execution.requireShared(work, images.paths());
      WritePredictions predictions =
          new WritePredictions(asked, path, model.preprocessing(), model.kernels(), work);
      predictions.prepare();
      execution.run(
          "predict",
          pipeline -> pipeline.apply("WritePredictions", predictions),
          new Execution.Task("Predicting", WritePredictions.imagesMetric(), images.count()));
      lease.requireHeld();
      List<String> files = new ArrayList<>(predictions.files());
      if (!asked.rejected().isEmpty()) {
        files.add(REJECTED);
        Csv.write(
            work + "/" + REJECTED,
            Rejected.COLUMNS,
            csv -> {
              for (Rejected one : asked.rejected()) {
                one.print(csv);
              }
            });
      }
      replace(work, files, output);
      return new Predicted(images.count(), files);
    }
  }

  /**
   * What was predicted.
   *
   * @param files the names of the files in the output folder
   */
  public record Predicted(long images, List<String> files) {
    public Predicted {
      files = List.copyOf(files);
    }
  }

  private static void replace(String work, List<String> names, String output) throws IOException {
    for (String name : names) {
      if (!Storage.exists(work + "/" + name)) {
        throw new IllegalStateException("Expected %s to be written, found none".formatted(name));
      }
    }
    // First of all the old ones go: of a mixture nobody could tell which file is of which model.
    Storage.delete(
        Storage.list(output).stream()
            .filter(file -> FILES.matcher(Storage.name(file)).matches())
            .toList());
    Storage.move(
        names.stream().map(name -> work + "/" + name).toList(),
        names.stream().map(name -> output + "/" + name).toList());
  }
}
