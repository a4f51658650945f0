package org.epochflow.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.ZipOutputStream;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;

/**
 * The {@code .keras} file, which is checkpoint and best model alike: a zip that Keras 3 loads and
 * trains on from, with one entry more, {@code epochflow.json}, which Keras passes over.
 *
 * <p>The same state is the same bytes: entries are stored, their times and {@code date_saved} are
 * fixed (2026-01-01). Floats come back bit for bit, NaN included; for doubles see {@link Json}.
 */
public final class KerasFile {
  private static final String KERAS_VERSION = "3.15.1";
  private static final DateTimeFormatter DATE_SAVED =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'@'HH:mm:ss", Locale.ROOT);
  private static final String METADATA = "metadata.json";
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.weights.h5";
  private static final String COMPILED = "compile_config";

  /** Where Keras has the optimizer's variables. */
  private static final String OPTIMIZER = "/optimizer/vars/";

  private static final String STATE = "epochflow.json";

  /** Far more than the longest history. */
  private static final long MOST_JSON = 1 << 27;

  private KerasFile() {}

  /** Writes the state; the stream is flushed and stays open. */
  public static void write(TrainingState state, OutputStream out) throws IOException {
    Path weights = Files.createTempFile("epochflow", ".h5");
    try {
      WeightsFile.write(state, weights);
      ZipOutputStream zip = new ZipOutputStream(out);
      Archive.store(zip, METADATA, Json.compact(metadata()));
      Archive.store(zip, CONFIG, Json.compact(config(state.config())));
      Archive.store(zip, STATE, Json.compact(StateJson.write(state)));
      Archive.store(zip, WEIGHTS, weights);
      zip.finish();
      out.flush();
    } finally {
      Files.delete(weights);
    }
  }

  /**
   * Writes the network and its parameters alone, not compiled: without what a training continues
   * from, the names of the classes, and how pixels become inputs. The same model is the same bytes.
   * The stream is flushed and stays open.
   */
  public static void writePlain(SavedModel model, OutputStream out) throws IOException {
    Path weights = Files.createTempFile("epochflow", ".h5");
    try {
      WeightsFile.write(model.architecture(), model.parameters(), weights);
      ZipOutputStream zip = new ZipOutputStream(out);
      Archive.store(zip, METADATA, Json.compact(metadata()));
      Archive.store(zip, CONFIG, Json.compact(ArchitectureJson.toTree(model.architecture())));
      Archive.store(zip, WEIGHTS, weights);
      zip.finish();
      out.flush();
    } finally {
      Files.delete(weights);
    }
  }

  private static ObjectNode metadata() {
    return Json.object()
        .put("keras_version", KERAS_VERSION)
        .put("date_saved", Archive.TIME.format(DATE_SAVED));
  }

  private static ObjectNode config(TrainingConfig config) {
    ObjectNode tree = ArchitectureJson.toTree(config.architecture());
    tree.set(COMPILED, CompileConfig.write(config));
    return tree;
  }

  /**
   * Reads a file from epochflow or Keras: {@code .keras}, or a whole model in the older {@code
   * .h5}. The stream stays open.
   *
   * @param file its name in messages
   * @throws ModelFormatException if it is damaged, or not a model this project can run
   */
  public static SavedModel read(InputStream in, String file) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(in);
    return H5File.is(buffered) ? H5File.read(buffered, file) : readZip(buffered, file);
  }

  private static SavedModel readZip(InputStream in, String file) throws IOException {
    try (Archive archive = Archive.open(in, file)) {
      String configPlace = file + ", " + CONFIG;
      byte[] config = required(archive, CONFIG, MOST_JSON, file);
      ModelReader.Read model = ModelReader.read(Json.parse(config, configPlace), configPlace);
      Architecture architecture = model.architecture();
      long most = WeightsFile.mostBytes(architecture);
      String place = file + ", " + WEIGHTS;
      try (Hdf5 weights = Hdf5.open(required(archive, WEIGHTS, most, file), place)) {
        float[] parameters = KerasWeights.read(weights, model);
        Optional<byte[]> ours = archive.read(STATE, MOST_JSON);
        return ours.isPresent()
            ? ours(ours.get(), file + ", " + STATE, architecture, weights, parameters)
            : new SavedModel(
                architecture,
                Preprocessing.STANDARD,
                parameters,
                Optional.empty(),
                compiled(
                    JsonObject.of(Json.parse(config, configPlace), configPlace),
                    weights,
                    architecture,
                    parameters));
      }
    }
  }

  private static Optional<Compiled> compiled(
      JsonObject config, Hdf5 weights, Architecture architecture, float[] parameters)
      throws ModelFormatException {
    return config.node().path(COMPILED).isObject()
        ? KerasOptimizer.read(
            config.object(COMPILED), weights, i -> OPTIMIZER + i, architecture, parameters)
        : Optional.empty();
  }

  private static SavedModel ours(
      byte[] text, String place, Architecture architecture, Hdf5 weights, float[] parameters)
      throws ModelFormatException {
    JsonObject tree = JsonObject.of(Json.parse(text, place), place);
    TrainingConfig config = StateJson.config(tree, architecture);
    ModelState model = WeightsFile.state(weights, config, parameters);
    TrainingState state = StateJson.read(tree, config, model);
    return new SavedModel(architecture, config.preprocessing(), parameters, Optional.of(state));
  }

  private static byte[] required(Archive archive, String name, long most, String file)
      throws ModelFormatException {
    Optional<byte[]> entry = archive.read(name, most);
    if (entry.isEmpty()) {
      throw ModelFormatException.expected("an entry " + name, archive.names(), file);
    }
    return entry.get();
  }
}
