package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Activations;
import org.epochflow.model.train.ClassNames;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.Fit;
import org.epochflow.pipeline.data.Manifest;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Sample;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.execute.WatchedExecution;
import org.epochflow.pipeline.picture.ContactSheet;
import org.epochflow.pipeline.picture.FeatureMaps;
import org.epochflow.pipeline.run.DataLook;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.report.RunComparison;
import org.epochflow.runners.terminal.DataTable;
import org.epochflow.runners.terminal.LayerTrace;
import org.epochflow.runners.terminal.ModelSummary;
import org.epochflow.runners.terminal.RunTable;
import org.epochflow.runners.terminal.TerminalListener;
import org.jspecify.annotations.Nullable;

/** {@code epochflow show}: a look at data, at runs, or into a model. */
record ShowCommand(Pipelines pipelines) implements Command.Body<ShowOptions> {
  private static final Set<String> DATA =
      Set.of("data", "trainImages", "trainLabels", "testImages", "testLabels");
  private static final int SHEET_COLUMNS = 10;
  private static final int PICTURE_PIXELS = 84;

  static Command<ShowOptions> command(Pipelines pipelines) {
    return new Command<>(
        "show",
        "Show a data set, one run or several side by side, a model's layers, or an image's way"
            + " through them",
        ShowOptions.class,
        List.of(
            "epochflow show --data=DIR --classNames=fashion-mnist --label=9",
            "epochflow show --run=runs/0001-softmax",
            "epochflow show --run=runs/0001-softmax --run=runs/0002-mlp",
            "epochflow show --model=runs/0003-cnn --data=DIR --index=7"),
        new ShowCommand(pipelines));
  }

  @Override
  public int run(Call<ShowOptions> call) throws IOException {
    @Nullable List<String> runs = call.options().getRun();
    @Nullable String model = call.options().getModel();
    boolean data = DATA.stream().anyMatch(call.given()::contains);
    if (runs != null) {
      requireAlone("run", data || model != null || call.given().contains("index"));
      return runs.size() == 1 ? run(runs.get(0), call) : compare(runs, call);
    } else if (model != null && !data) {
      requireAlone("model", call.given().contains("index"));
      call.out().print(ModelSummary.of(Models.read(model).architecture()));
      return 0;
    } else if (model != null) {
      return follow(model, call);
    } else if (data) {
      return Runs.in(call.options().getOutput(), "show", output -> dataSet(output, call));
    }
    throw new UsageException("show needs --data=DIR, --run=RUN or --model=FILE|RUN");
  }

  private static void requireAlone(String option, boolean others) {
    if (others) {
      throw new UsageException(
          "Expected --%s alone, or --model, --data and --index together".formatted(option));
    }
  }

  private static int run(String path, Call<ShowOptions> call) throws IOException {
    RunFolder folder = runFolder(path);
    call.out().print(RunTable.of(path, folder.latest(), folder.json("metrics.json")));
    return 0;
  }

  private static RunFolder runFolder(String path) throws IOException {
    RunFolder folder = new RunFolder(DataFolders.absolute(path));
    if (!folder.isRun()) {
      throw new UsageException("Expected --run to be a run's folder, found none: " + path);
    }
    return folder;
  }

  private static int compare(List<String> paths, Call<ShowOptions> call) throws IOException {
    List<RunComparison.Run> runs = new ArrayList<>();
    for (String path : paths) {
      runs.add(RunComparison.Run.read(path, runFolder(path)));
    }
    RunComparison comparison = new RunComparison(runs);
    return Runs.in(
        call.options().getOutput(),
        "show",
        output -> {
          String page = output + "/comparison.html";
          Storage.writeText(DataFolders.absolute(page), comparison.page().html());
          shown(call).print(comparison.text());
          call.out().println(page);
          return 0;
        });
  }

  private static PrintStream shown(Call<ShowOptions> call) {
    return call.options().isQuiet() ? TrainCommand.silent() : call.out();
  }

  private int dataSet(String output, Call<ShowOptions> call) throws IOException {
    ShowOptions options = call.options();
    DataFiles files =
        new DataFiles(ExampleFiles.train(options).pairs(), ExampleFiles.test(options).pairs());
    return look(
        files,
        output,
        call,
        data -> {
          Manifest train = data.dataSet().train();
          int classes = DataTable.classes(data.dataSet());
          List<String> names =
              NamedClasses.of(options.getClassNames(), ClassNames.numbers(classes));
          @Nullable Integer label = options.getLabel();
          if (label != null && train.perClass().get(label) == 0) {
            throw new UsageException(
                "Expected --label to be one of the training files', found none of %d"
                    .formatted(label));
          }
          shown(call).print(DataTable.of(data.dataSet(), names));
          List<Sample> samples = data.sample(options.getCount(), options.getSeed(), label);
          String picture = output + "/sample.png";
          draw(samples, train.image(), names, DataFolders.absolute(picture));
          call.out().println(picture);
          return 0;
        });
  }

  private static void draw(
      List<Sample> samples, List<Integer> image, List<String> names, String file)
      throws IOException {
    int channels = image.size() == 3 ? image.get(2) : 1;
    if (channels != 1 && channels != 3) {
      throw new UsageException(
          "Expected images of 1 or 3 channels to draw, found " + channels + " channels");
    }
    int scale = Math.max(1, PICTURE_PIXELS / Math.max(image.get(0), image.get(1)));
    ContactSheet sheet =
        new ContactSheet(image.get(0), image.get(1), channels, SHEET_COLUMNS, scale);
    List<ContactSheet.Picture> pictures =
        samples.stream()
            .map(sample -> new ContactSheet.Picture(sample.pixels(), names.get(sample.label())))
            .toList();
    Storage.write(file, out -> sheet.write(pictures, out));
  }

  private int follow(String path, Call<ShowOptions> call) throws IOException {
    @Nullable Integer index = call.options().getIndex();
    if (index == null) {
      throw new UsageException("--data with --model needs --index=N, the test image to follow");
    }
    SavedModel model = Models.read(path);
    DataFiles files = new DataFiles(List.of(), ExampleFiles.test(call.options()).pairs());
    return Runs.in(
        call.options().getOutput(),
        "show",
        output -> look(files, output, call, data -> follow(model, data, index, output, call)));
  }

  private static int follow(
      SavedModel model, PreparedData data, int index, String output, Call<ShowOptions> call)
      throws IOException {
    Example example = Example.read(data.test(), index);
    Fit.require(
        "the model " + call.options().getModel(),
        model.preprocessing(),
        model.architecture().input(),
        data.test());
    float[] x = new float[example.pixels().length];
    model.preprocessing().normalize(example.pixels(), 0, x.length, x, 0);
    List<Activations.Output> outputs =
        Activations.of(model.architecture(), Kernels.named(model.kernels()), model.parameters(), x);
    List<String> names = NamedClasses.of(call.options().getClassNames(), model.classNames());
    shown(call).print(LayerTrace.of(outputs, names, index, example.label()));
    String picture = output + "/feature-maps.png";
    Storage.write(DataFolders.absolute(picture), out -> FeatureMaps.write(outputs, out));
    call.out().println(picture);
    return 0;
  }

  /** One record of a sequence of files. */
  private record Example(byte[] pixels, int label) {
    static Example read(Records records, int index) throws IOException {
      if (index >= records.count()) {
        throw new UsageException(
            "Expected --index to be 0 to %d, found %d".formatted(records.count() - 1, index));
      }
      try (Records.Reader reader = records.reader()) {
        return new Example(reader.images(index, 1), reader.labels(index, 1)[0] & 0xff);
      }
    }
  }

  private int look(
      DataFiles files, String output, Call<ShowOptions> call, DataLook.Look<Integer> look)
      throws IOException {
    try (TerminalListener terminal =
        new TerminalListener(shown(call), !call.options().isQuiet() && Terminal.live())) {
      String folder = DataFolders.absolute(output);
      Execution execution =
          new WatchedExecution(pipelines.execution(call.options(), folder), terminal);
      return DataLook.take(execution, files, folder, look);
    }
  }
}
