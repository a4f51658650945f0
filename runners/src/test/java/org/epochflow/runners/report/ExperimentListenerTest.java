package org.epochflow.runners.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.epochflow.model.train.EpochRow;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.PrepareData;
import org.epochflow.pipeline.data.PreparedData;
import org.epochflow.pipeline.data.RejectionBudget;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.experiment.Dimension;
import org.epochflow.pipeline.experiment.ExperimentFolder;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.pipeline.experiment.Trial;
import org.epochflow.pipeline.run.RunConfig;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.runners.SmallConfig;
import org.epochflow.runners.SmallFiles;
import org.epochflow.runners.direct.DirectExecution;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The page of an experiment follows its trials while they run. */
@Timeout(60)
class ExperimentListenerTest {
  private static final TrainingConfig CONFIG = SmallConfig.of(4, 0.1, 2);
  private static final Space SPACE =
      new Space(
          List.of(
              new Dimension.Range("learningRate", BigDecimal.ONE, BigDecimal.TEN, true, false, 3),
              new Dimension.Choice("dropout", List.of("0"))));
  private static @Nullable PreparedData data;
  private final Path path;
  private final ExperimentFolder folder;
  private final List<Trial> trials = new ArrayList<>();

  ExperimentListenerTest(@TempDir Path path) {
    this.path = path;
    folder = new ExperimentFolder(path.toString(), "tune", "trials");
  }

  @BeforeAll
  static void prepare(@TempDir Path shared) throws IOException {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setBlockOnRun(false);
    Path folder = SmallFiles.write(shared.resolve("data"));
    String part = folder + "/%s-%s-ubyte";
    Source train =
        new Source(part.formatted("train", "images-idx3"), part.formatted("train", "labels-idx1"));
    Source test =
        new Source(part.formatted("t10k", "images-idx3"), part.formatted("t10k", "labels-idx1"));
    data =
        new PrepareData(
                new DataFiles(List.of(train), List.of(test)),
                2,
                shared.resolve("prepared").toString())
            .read(
                new DirectExecution(options, Listeners.none()),
                RejectionBudget.NONE,
                counted -> {});
  }

  @BeforeEach
  void begin() throws IOException {
    TrainingState state = TrainingState.begin(CONFIG, new float[10]);
    for (int number = 1; number <= 5; number++) {
      RunFolder run = folder.run(number);
      run.begin(
          new RunConfig(
                  CONFIG, new DataFiles(List.of(), List.of()), RejectionBudget.NONE, List.of(), "")
              .toJson(),
          state);
      trials.add(new Trial(number, Map.of("learningRate", "" + number, "dropout", "0"), run));
    }
  }

  private ExperimentListener listener(Optional<Space> space) {
    ExperimentListener listener =
        new ExperimentListener(
            new ExperimentPage("t", space),
            folder,
            warning -> {
              throw new AssertionError(warning);
            });
    listener.prepared(Objects.requireNonNull(data), trials);
    return listener;
  }

  private void epochs(ExperimentListener listener, int trial, double... losses) {
    for (int epoch = 0; epoch < losses.length; epoch++) {
      double loss = losses[epoch];
      listener.epochEnded(
          trials.get(trial - 1),
          new EpochRow(epoch, 0.5, loss, 0.25, loss, 0.001, Double.NaN, Double.NaN));
    }
  }

  /** The page's data, once it is as it should be. */
  private JsonNode page(Predicate<JsonNode> wanted) throws Exception {
    Path file = path.resolve("report.html");
    while (true) {
      String html = Files.exists(file) ? Files.readString(file) : "";
      String island = "<script type=\"application/json\" id=\"data\">";
      int start = html.indexOf(island) + island.length();
      if (html.contains(island)) {
        JsonNode data =
            new ObjectMapper().readTree(html.substring(start, html.indexOf("</script>", start)));
        if (wanted.test(data)) {
          return data;
        }
      }
      Thread.sleep(20);
    }
  }

  private static JsonNode historyOf(int number, JsonNode page) {
    for (JsonNode trial : page.required("trials")) {
      if (trial.required("number").intValue() == number) {
        return trial.at("/history/loss");
      }
    }
    throw new AssertionError(
        String.format(Locale.ROOT, "Expected trial %d, found %s", number, page));
  }

  private static Map<Integer, String> statuses(JsonNode page) {
    Map<Integer, String> statuses = new LinkedHashMap<>();
    page.required("trials")
        .forEach(
            t -> statuses.put(t.required("number").intValue(), t.required("status").textValue()));
    return statuses;
  }

  @Test
  void everyTrialSaysWhatItDoesAndTheBestComesFirst() throws Exception {
    try (ExperimentListener listener = listener(Optional.of(SPACE))) {
      listener.began(trials, 3);
      epochs(listener, 1, 0.9, 0.85, 0.84);
      epochs(listener, 2, Double.NaN);
      epochs(listener, 3, 0.8, 0.7);
      epochs(listener, 4, 0.9, 0.6, 0.5);
      JsonNode page = page(data -> historyOf(4, data).size() == 3);
      assertEquals(
          "{4=paused, 3=running, 1=stopped_early, 5=waiting, 2=diverged}",
          statuses(page).toString());
      assertTrue(page.required("running").booleanValue());
      assertEquals("epochflow tune --resume --output=" + path, page.required("resume").textValue());
      assertTrue(page.required("seconds").doubleValue() > 0);
    }
  }

  @Test
  void whatTheNextRungLeavesOutIsDropped() throws Exception {
    try (ExperimentListener listener = listener(Optional.of(SPACE))) {
      listener.began(trials.subList(0, 2), 1);
      epochs(listener, 1, 0.9);
      epochs(listener, 2, 0.8);
      listener.began(trials.subList(1, 2), 4);
      epochs(listener, 2, 0.8, 0.7, 0.6, 0.5);
      JsonNode page = page(data -> data.at("/trials/0/history/loss").size() == 4);
      assertEquals("finished", statuses(page).get(2));
      assertEquals("dropped", statuses(page).get(1));
    }
  }

  @Test
  void foldsKeepTheirOrderAndBeginWithWhatAnEarlierAttemptTrained() throws Exception {
    Files.writeString(
        Path.of(trials.get(0).run().path(), "history.csv"),
        "epoch,accuracy,loss,val_accuracy,val_loss,learning_rate\n0,0.5,0.9,0.5,0.9,0.1\n");
    try (ExperimentListener listener = listener(Optional.empty())) {
      listener.began(trials, Integer.MAX_VALUE);
      epochs(listener, 2, 0.1);
      JsonNode page = page(data -> data.at("/trials/1/history/loss").size() == 1);
      assertEquals(
          "{1=running, 2=running, 3=waiting, 4=waiting, 5=waiting}", statuses(page).toString());
    }
  }

  @Test
  void aRangeSaysOnWhichScaleItIsSearchedAndAListLeavesItToItsValues() throws Exception {
    try (ExperimentListener listener = listener(Optional.of(SPACE))) {
      listener.began(trials, 4);
      JsonNode options = page(data -> true).required("options");
      assertTrue(options.at("/0/log").booleanValue());
      assertFalse(options.get(1).has("log"));
    }
  }
}
