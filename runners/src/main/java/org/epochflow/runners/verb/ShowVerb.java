package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Activations;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.Augment;
import org.epochflow.model.optim.schedule.Schedule;
import org.epochflow.model.predict.Classifier;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.Fit;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.picture.FeatureMaps;
import org.epochflow.pipeline.run.DataLook;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.ClassNamesOptions;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.ModelOptions;
import org.epochflow.runners.option.PixelsOptions;
import org.epochflow.runners.option.ScheduleConverter;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.RunComparison;
import org.epochflow.runners.report.SampleSheet;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.NamedClasses;
import org.epochflow.runners.request.OutputFolder;
import org.epochflow.runners.terminal.DataTable;
import org.epochflow.runners.terminal.LayerTrace;
import org.epochflow.runners.terminal.ModelSummary;
import org.epochflow.runners.terminal.RateCurve;
import org.epochflow.runners.terminal.RunTable;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow show}: a look at data, at runs, or into a model. */
@Command(
    name = "show",
    description =
        "Show a data set, a run, several runs side by side, the layers of a model, the path of an"
            + " image through them, or a schedule of the learning rate",
    footer = {
      "epochflow show --data=DIR --classNames=fashion-mnist --label=9",
      "epochflow show --data=DIR --augment=flip,translate=0.1,rotate=10",
      "epochflow show --run=runs/0001-softmax",
      "epochflow show --run=runs/0001-softmax --run=runs/0002-mlp",
      "epochflow show --model=runs/0003-cnn --data=DIR --index=7",
      "epochflow show --schedule=cosine:warmup=1,restarts=2 --epochs=30"
    })
final class ShowVerb implements Verb {
  private static final Set<String> DATA =
      Set.of("data", "trainImages", "trainLabels", "testImages", "testLabels");
  private static final int MANY = 50;
  private static final int FEW = 10;

  @Option(
      names = "--run",
      split = ",",
      paramLabel = "RUN",
      description = "Run to show; several, each with an option of its own, are compared")
  @Nullable List<String> runs;

  @Option(
      names = "--model",
      paramLabel = "FILE|RUN",
      description = "Model whose layers to show: a .keras file or a run's folder")
  @Nullable String model;

  @Option(
      names = "--index",
      description = "With --model and --data: number of the test image to follow, counted from 0")
  @Takes(atLeast = 0, fallback = "none")
  @Nullable Integer index;

  @Option(
      names = "--schedule",
      paramLabel = "SCHEDULE",
      converter = ScheduleConverter.class,
      description = "Schedule of the learning rate to draw, as train takes it")
  @Nullable Schedule schedule;

  @Option(names = "--epochs", description = "With --schedule: number of epochs to draw it over")
  @Takes(atLeast = 1)
  int epochs = TrainingConfig.DEFAULT_EPOCHS;

  @Option(names = "--count", description = "With --data: how many training images to show")
  @Takes(atLeast = 1, atMost = 10000, fallback = MANY + ", or " + FEW + " with --augment")
  @Nullable Integer count;

  @Option(names = "--seed", description = "Seed of the choice of images, and of their changes")
  long seed = TrainingConfig.DEFAULT_SEED;

  @Option(names = "--label", description = "Show only images with this label")
  @Takes(atLeast = 0, atMost = 255, fallback = "any")
  @Nullable Integer label;

  @Option(
      names = "--augment",
      paramLabel = "CHANGES",
      converter = ModelOptions.Augmented.class,
      description =
          "With --data: draw each image with what training makes of it in its first epochs; as"
              + " train takes it: flip,translate=0.1,rotate=10")
  Augment augment = Augment.NONE;

  @Option(names = "--output", paramLabel = "DIR", description = "Folder for pictures and pages")
  @Takes(fallback = "runs/0002-show: the next free number")
  @Nullable String output;

  @Mixin final PixelsOptions pixels = new PixelsOptions();
  @Mixin final DataOptions data = new DataOptions();
  @Mixin final ClassNamesOptions classNames = new ClassNamesOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    boolean withData = DATA.stream().anyMatch(call.given()::contains);
    if (call.given().contains("augment") && (runs != null || model != null || !withData)) {
      throw new UsageException("Expected --augment with --data, and without --model and --run");
    }
    if (schedule != null) {
      requireAlone("schedule", withData || runs != null || model != null || index != null);
      call.out().print(RateCurve.of(schedule, epochs));
      return 0;
    }
    if (runs != null) {
      requireAlone("run", withData || model != null || index != null);
      return runs.size() == 1 ? run(runs.get(0), call) : compare(runs, call);
    } else if (model != null && !withData) {
      requireAlone("model", index != null);
      call.out().print(ModelSummary.of(Models.read(model).architecture()));
      return 0;
    } else if (model != null) {
      return follow(model, call);
    } else if (withData) {
      return OutputFolder.in(output, "show", folder -> dataSet(folder, call));
    }
    throw new UsageException(
        "show needs --data=DIR, --run=RUN, --model=FILE|RUN or --schedule=NAME");
  }

  private static void requireAlone(String option, boolean others) {
    if (others) {
      throw new UsageException(
          "Expected --%s alone, or --model, --data and --index together".formatted(option));
    }
  }

  private static int run(String path, Call call) throws IOException {
    RunFolder folder = runFolder(path);
    call.out().print(RunTable.of(path, folder.latest(), folder.json("metrics.json")));
    return 0;
  }

  private static RunFolder runFolder(String path) throws IOException {
    RunFolder folder = new RunFolder(Location.absolute(path));
    if (!folder.isRun()) {
      throw new UsageException("Expected --run to be a run's folder, found none: " + path);
    }
    return folder;
  }

  private int compare(List<String> paths, Call call) throws IOException {
    List<RunComparison.Run> runs = new ArrayList<>();
    for (String path : paths) {
      runs.add(RunComparison.Run.read(path, runFolder(path)));
    }
    RunComparison comparison = new RunComparison(runs);
    return OutputFolder.in(
        output,
        "show",
        folder -> {
          String page = folder + "/comparison.html";
          Storage.writeText(Location.absolute(page), comparison.page().html());
          call.shown().print(comparison.text());
          call.out().println(page);
          return 0;
        });
  }

  private int dataSet(String folder, Call call) throws IOException {
    DataFiles files = ExampleFiles.all(data);
    return look(
        files,
        folder,
        call,
        prepared -> {
          Manifest train = prepared.dataSet().train();
          int classes = DataTable.classes(prepared.dataSet());
          List<String> names = NamedClasses.of(classNames.classNames, prepared.firstNames(classes));
          if (label != null && train.perClass().get(label) == 0) {
            throw new UsageException(
                String.format(
                    Locale.ROOT,
                    "Expected --label to be one of the training files', found none of %d",
                    label));
          }
          call.shown().print(DataTable.of(prepared.dataSet(), names));
          boolean augments = !augment.equals(Augment.NONE);
          long shown = count == null ? (augments ? FEW : MANY) : count;
          List<Sample> samples = prepared.sample(shown, seed, label);
          String picture = folder + (augments ? "/augmented.png" : "/sample.png");
          Shape image = new Shape(train.image());
          requireDrawable(image);
          SampleSheet sheet = new SampleSheet(image, names, augment, seed);
          Storage.write(Location.absolute(picture), out -> sheet.write(samples, out));
          call.out().println(picture);
          return 0;
        });
  }

  private static void requireDrawable(Shape image) {
    int channels = image.withChannels().channels();
    if (channels != 1 && channels != 3) {
      throw new UsageException(
          "Expected images of 1 or 3 channels to draw, found " + channels + " channels");
    }
  }

  private int follow(String path, Call call) throws IOException {
    @Nullable Integer followed = index;
    if (followed == null) {
      throw new UsageException("--data with --model needs --index=N, the test image to follow");
    }
    SavedModel read = pixels.of(Models.read(path));
    DataFiles files = new DataFiles(List.of(), ExampleFiles.test(data), data.reading.reading());
    return OutputFolder.in(
        output,
        "show",
        folder -> look(files, folder, call, seen -> follow(read, seen, followed, folder, call)));
  }

  private int follow(SavedModel read, PreparedData seen, int image, String folder, Call call)
      throws IOException {
    Example example = Example.read(seen.test(), image);
    Fit.require(
        "the model " + model, read.preprocessing(), read.architecture().input(), seen.test());
    List<Activations.Output> outputs = Classifier.of(read).activations(example.pixels());
    List<String> names = NamedClasses.of(classNames.classNames, read.classNames());
    call.shown().print(LayerTrace.of(outputs, names, image, example.label()));
    String picture = folder + "/feature-maps.png";
    Storage.write(Location.absolute(picture), out -> FeatureMaps.write(outputs, out));
    call.out().println(picture);
    return 0;
  }

  /** One record of a sequence of files. */
  private record Example(byte[] pixels, int label) {
    static Example read(Records records, int index) throws IOException {
      if (index >= records.count()) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "Expected --index to be 0 to %d, found %d",
                records.count() - 1,
                index));
      }
      try (Records.Reader reader = records.reader()) {
        return new Example(reader.images(index, 1), reader.labels(index, 1)[0] & 0xff);
      }
    }
  }

  private int look(DataFiles files, String output, Call call, DataLook.Look<Integer> look)
      throws IOException {
    try (TerminalListener terminal = call.terminal()) {
      String folder = Location.absolute(output);
      Execution execution = call.connect(new ClusterOptions(), output, terminal);
      return DataLook.take(execution, files, folder, look);
    }
  }
}
