package org.epochflow.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Preprocessing;

/** The HDF5 files of Keras 2 and 3: whole models ({@code model.save("x.h5")}), or weights alone. */
public final class H5File {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1A, '\n'};
  private static final String MODEL = "model_config";
  private static final String TRAINING = "training_config";
  private static final String OPTIMIZER = "/optimizer_weights";

  private H5File() {}

  /** Whether the stream, whose position stays, is such a file. */
  static boolean is(BufferedInputStream in) throws IOException {
    in.mark(SIGNATURE.length);
    byte[] start = in.readNBytes(SIGNATURE.length);
    in.reset();
    return Arrays.equals(start, SIGNATURE);
  }

  /**
   * Reads a whole model. The stream stays open.
   *
   * @param file its name in messages
   */
  static SavedModel read(InputStream in, String file) throws IOException {
    return open(
        in,
        file,
        hdf5 -> {
          List<String> config = hdf5.texts("/", MODEL);
          if (config.size() != 1) {
            throw ModelFormatException.expected(
                "an attribute model_config, as in a file of a whole model", "none", file);
          }
          String place = file + ", " + MODEL;
          SavedModel model = saved(hdf5, ModelReader.read(Json.parse(config.get(0), place), place));
          return model.with(compiled(hdf5, model, file));
        });
  }

  /** What Keras compiled the model with; the optimizer's state as Keras 3 writes it. */
  private static Optional<Compiled> compiled(Hdf5 hdf5, SavedModel model, String file)
      throws ModelFormatException {
    List<String> config = hdf5.texts("/", TRAINING);
    if (config.size() != 1) {
      return Optional.empty();
    }
    String place = file + ", " + TRAINING;
    JsonNode tree = Json.parse(config.get(0), place);
    if (tree instanceof ObjectNode object) {
      object.set("optimizer", object.path("optimizer_config"));
    }
    boolean keras3 = hdf5.texts("/", "keras_version").stream().anyMatch(v -> v.startsWith("3"));
    List<String> names = keras3 ? hdf5.texts(OPTIMIZER, "weight_names") : List.of();
    return KerasOptimizer.read(
        JsonObject.of(tree, place),
        hdf5,
        i -> OPTIMIZER + '/' + (i < names.size() ? names.get(i) : i),
        model.architecture(),
        model.parameters());
  }

  /**
   * Reads weights alone: {@code save_weights} of Keras 2 ({@code .h5}) or 3 ({@code .weights.h5}).
   * The stream stays open.
   *
   * @param architecture the JSON of the model they belong to
   * @param place what messages call the JSON
   * @param file what messages call the weights
   */
  public static SavedModel readWeights(
      String architecture, String place, InputStream in, String file) throws IOException {
    JsonNode tree = ArchitectureJson.parse(architecture, place);
    ModelReader.Read model = ModelReader.read(tree, place);
    BufferedInputStream buffered = new BufferedInputStream(in);
    if (!is(buffered)) {
      throw ModelFormatException.expected("weights in HDF5", "something else", file);
    }
    return open(buffered, file, hdf5 -> saved(hdf5, model));
  }

  private static SavedModel saved(Hdf5 file, ModelReader.Read model) throws ModelFormatException {
    float[] parameters = KerasWeights.read(file, model);
    return new SavedModel(
        model.architecture(), Preprocessing.STANDARD, parameters, Optional.empty());
  }

  /** Takes a model from an open file. */
  private interface Reading {
    SavedModel read(Hdf5 file) throws IOException;
  }

  private static SavedModel open(InputStream in, String file, Reading reading) throws IOException {
    Path copy = Files.createTempFile("epochflow", ".h5");
    try {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      try (Hdf5 hdf5 = Hdf5.open(copy, file)) {
        return reading.read(hdf5);
      }
    } finally {
      Files.delete(copy);
    }
  }
}
