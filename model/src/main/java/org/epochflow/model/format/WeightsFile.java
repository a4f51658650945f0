package org.epochflow.model.format;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.jhdf.Superblock;
import io.jhdf.WritableGroupImpl;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.WritableGroup;
import io.jhdf.exceptions.HdfException;
import io.jhdf.storage.HdfFileChannel;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Initializer;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Variable;
import org.epochflow.model.optim.Optimizer;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.model.train.TrainingState;

/**
 * {@code model.weights.h5}, in HDF5, as Keras lays it out:
 *
 * <pre>
 * /layers/dense_1/vars/0   a layer's first variable, float32
 * /layers/dense_1/vars/1   its second; groups are numbered by class, not by the layers' names
 * /optimizer/vars/0        steps taken, int64
 * /optimizer/vars/1        learning rate, float32
 * /optimizer/vars/2, ...   the optimizer's state, each slot of each variable that trains, in Keras's
 *                           order
 * </pre>
 *
 * <p>State that is not that of the optimizer Keras resumes with, such as server Adam's moments,
 * stands whole in {@code /epochflow/m} and so on, where Keras does not look. Groups without a
 * dataset, which Keras writes for layers without variables, are left out, as Keras does not miss
 * them: all but {@code /vars}, the model's own, without which Keras 3.3 opens nothing.
 */
final class WeightsFile {
  private static final String LAYERS = "layers";
  private static final String OPTIMIZER = "optimizer";
  private static final String OURS = "epochflow";
  private static final String VARS = "vars";

  private static final Set<StandardOpenOption> FRESH = Set.of(CREATE, TRUNCATE_EXISTING, WRITE);

  /** An optimiser's slots, gradients that it adds up and averages of the weights among them. */
  private static final int VECTORS = 16;

  /** For all that is not a variable's values. */
  private static final int FRAME_BYTES = 1 << 24;

  /** Of the optimizer's variables, after the step and the rate. */
  private static final int FIRST_SLOT = 2;

  private WeightsFile() {}

  /** The same state is the same bytes. */
  static void write(TrainingState state, Path path) throws IOException {
    TrainingConfig config = state.config();
    ModelState model = state.model();
    try (FileChannel channel = FileChannel.open(path, FRESH)) {
      WritableGroup file = layers(config.architecture(), model.parameters());
      List<Variable> trained = config.architecture().trained();
      WritableGroup optimizer = file.putGroup(OPTIMIZER).putGroup(VARS);
      optimizer.putDataset("0", model.step());
      optimizer.putDataset("1", (float) config.learningRate().base());
      if (config.parallel().strategy().averagesState()) {
        Map<String, Slot> slots = slots(config.optimizer(), trained);
        slots.forEach(
            (name, place) ->
                optimizer.putDataset(name, nested(place.variable, model.slots().get(place.slot))));
        int next = FIRST_SLOT + slots.size();
        for (float number : config.optimizer().kerasNumbers(model.step())) {
          optimizer.putDataset(String.valueOf(next++), number);
        }
      } else {
        WritableGroup ours = file.putGroup(OURS);
        List<String> names = config.parallel().strategy().slots(config.optimizer());
        for (int slot = 0; slot < names.size(); slot++) {
          ours.putDataset(names.get(slot), model.slots().get(slot));
        }
      }
      write(file, channel);
    } catch (HdfException e) {
      throw new IOException("Could not write " + path, e);
    }
  }

  /** Writes the layers' variables alone, as Keras has them in a model that is not compiled. */
  static void write(Architecture architecture, float[] parameters, Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, FRESH)) {
      write(layers(architecture, parameters), channel);
    } catch (HdfException e) {
      throw new IOException("Could not write " + path, e);
    }
  }

  /** As jHDF itself, but without the trailer that names its version and the system. */
  private static void write(WritableGroup root, FileChannel channel) throws IOException {
    Superblock.SuperblockV2V3 superblock = new Superblock.SuperblockV2V3();
    HdfFileChannel file = new HdfFileChannel(channel, superblock);
    long end = root.write(file, WritableHdfFile.ROOT_GROUP_ADDRESS);
    file.write(superblock.toBuffer(end), 0);
  }

  /** A variable's part of one of the optimizer's slots. */
  private record Slot(Variable variable, int slot) {}

  /** All of them, by the names that Keras gives them, in its order. */
  private static Map<String, Slot> slots(Optimizer optimizer, List<Variable> variables) {
    Map<Integer, Slot> places = new TreeMap<>();
    for (int i = 0; i < variables.size(); i++) {
      for (int slot = 0; slot < optimizer.slots().size(); slot++) {
        int place = optimizer.kerasPlace(i, slot, variables);
        if (place >= 0) {
          places.put(FIRST_SLOT + place, new Slot(variables.get(i), slot));
        }
      }
    }
    Map<String, Slot> named = new LinkedHashMap<>();
    places.forEach((place, slot) -> named.put(place.toString(), slot));
    return named;
  }

  /** A file with the layers' variables. */
  private static WritableGroup layers(Architecture architecture, float[] parameters) {
    WritableGroup file = new WritableGroupImpl(null, "/");
    file.putGroup(VARS);
    WritableGroup layers = file.putGroup(LAYERS);
    List<String> groups = groups(architecture);
    for (int i = 0; i < groups.size(); i++) {
      List<Variable> variables = architecture.variables().get(i);
      if (!variables.isEmpty()) {
        WritableGroup vars = layers.putGroup(groups.get(i)).putGroup(VARS);
        for (int j = 0; j < variables.size(); j++) {
          vars.putDataset(String.valueOf(j), nested(variables.get(j), parameters));
        }
      }
    }
    return file;
  }

  /** Each layer's group: its class in Keras's snake case, numbered within the class. */
  private static List<String> groups(Architecture architecture) {
    List<String> groups = new ArrayList<>();
    Map<String, Integer> used = new HashMap<>();
    for (Layer layer : architecture.layers()) {
      String snake = KerasWeights.group(layer.type());
      int count = used.merge(snake, 1, Integer::sum);
      groups.add(count == 1 ? snake : snake + "_" + (count - 1));
    }
    return groups;
  }

  /** The variable's part of {@code flat} as an array of its dimensions, which jHDF asks for. */
  private static Object nested(Variable variable, float[] flat) {
    int[] dimensions = variable.dimensions().stream().mapToInt(Integer::intValue).toArray();
    if (dimensions.length == 0) {
      return flat[variable.offset()];
    }
    Object array = Array.newInstance(float.class, dimensions);
    fill(array, flat, variable.offset());
    return array;
  }

  private static int fill(Object array, float[] flat, int offset) {
    if (array instanceof float[] row) {
      System.arraycopy(flat, offset, row, 0, row.length);
      return offset + row.length;
    }
    int next = offset;
    for (Object inner : (Object[]) array) {
      next = fill(inner, flat, next);
    }
    return next;
  }

  /** The most bytes of such a file that Keras may have written, whatever it trained with. */
  static long mostBytes(Architecture architecture) {
    long vectors = VECTORS * Float.BYTES * (long) architecture.parameterCount();
    return Math.min(Integer.MAX_VALUE, vectors + FRAME_BYTES);
  }

  /**
   * The parameters with the steps and the optimizer's state, from where {@link #write} puts them.
   */
  static ModelState state(Hdf5 file, TrainingConfig config, float[] parameters)
      throws ModelFormatException {
    String optimizer = "/%s/%s/".formatted(OPTIMIZER, VARS);
    ModelState begun = config.startingFrom(parameters);
    if (config.parallel().strategy().averagesState()) {
      List<Variable> trained = config.architecture().trained();
      for (Map.Entry<String, Slot> entry : slots(config.optimizer(), trained).entrySet()) {
        Slot slot = entry.getValue();
        float[] values = begun.slots().get(slot.slot);
        read(file, optimizer + entry.getKey(), slot.variable, values);
      }
    } else {
      List<String> names = config.parallel().strategy().slots(config.optimizer());
      for (int slot = 0; slot < names.size(); slot++) {
        Variable whole =
            new Variable(names.get(slot), List.of(parameters.length), Initializer.ZEROS);
        read(file, "/%s/%s".formatted(OURS, whole.name()), whole, begun.slots().get(slot));
      }
    }
    return new ModelState(parameters, begun.slots(), file.int64(optimizer + "0"));
  }

  private static void read(Hdf5 file, String path, Variable variable, float[] flat)
      throws ModelFormatException {
    float[] values = file.float32(path, variable.dimensions());
    System.arraycopy(values, 0, flat, variable.offset(), values.length);
  }
}
