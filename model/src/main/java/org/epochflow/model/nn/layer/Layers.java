package org.epochflow.model.nn.layer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.JsonObject;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Layer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.augmentation.RandomBrightness;
import org.epochflow.model.nn.layer.augmentation.RandomContrast;
import org.epochflow.model.nn.layer.augmentation.RandomCrop;
import org.epochflow.model.nn.layer.augmentation.RandomErasing;
import org.epochflow.model.nn.layer.augmentation.RandomFlip;
import org.epochflow.model.nn.layer.augmentation.RandomRotation;
import org.epochflow.model.nn.layer.augmentation.RandomTranslation;
import org.epochflow.model.nn.layer.augmentation.RandomZoom;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Reshape;

/**
 * All layers there are, by the names of Keras's classes: a layer in this list can be read, written,
 * trained and shown. A layer is written as Keras 3 writes it in the {@code layers} of a Sequential,
 * without the settings that its earlier versions refuse as unknown.
 */
public final class Layers {
  private static final Map<String, Reader> READERS = new LinkedHashMap<>();

  static {
    READERS.put("Dense", Dense::read);
    READERS.put("Conv2D", Conv2D::read);
    READERS.put("MaxPooling2D", MaxPooling2D::read);
    READERS.put("Flatten", Flatten::read);
    READERS.put("Reshape", Reshape::read);
    READERS.put("Dropout", Dropout::read);
    READERS.put("Activation", Activation::read);
    READERS.put("LeakyReLU", LeakyReLU::read);
    READERS.put("ReLU", Activation::readRelu);
    READERS.put("Softmax", Activation::readSoftmax);
    READERS.put("RandomFlip", RandomFlip::read);
    READERS.put("RandomTranslation", RandomTranslation::read);
    READERS.put("RandomRotation", RandomRotation::read);
    READERS.put("RandomZoom", RandomZoom::read);
    READERS.put("RandomCrop", RandomCrop::read);
    READERS.put("RandomContrast", RandomContrast::read);
    READERS.put("RandomBrightness", RandomBrightness::read);
    READERS.put("RandomErasing", RandomErasing::read);
  }

  private Layers() {}

  /** Makes a layer of Keras's settings; what it would compute otherwise than Keras is a fault. */
  private interface Reader {
    Layer read(JsonObject config) throws ModelFormatException;
  }

  /** The classes that can be read. */
  public static List<String> names() {
    return List.copyOf(READERS.keySet());
  }

  /** The layer of Keras's class {@code type} with these settings. */
  public static Layer read(String type, JsonObject config) throws ModelFormatException {
    Reader reader = READERS.get(type);
    if (reader == null) {
      int last = READERS.size() - 1;
      String known = String.join(", ", names().subList(0, last)) + " or " + names().get(last);
      throw ModelFormatException.expected("a layer of " + known, type, config.place());
    }
    KerasJson.requireFloat32(config);
    config.expect("trainable", "true");
    try {
      return reader.read(config);
    } catch (ArchitectureException e) {
      throw ModelFormatException.at(config.place(), e);
    }
  }

  /** What {@link #read} reads, with the class. */
  public static ObjectNode write(Layer layer, Shape input) {
    ObjectNode config = Json.object();
    config.put("name", layer.name()).put("trainable", true).set("dtype", KerasJson.dtype());
    layer.write(config);
    ObjectNode written = KerasJson.object("keras.layers", layer.type(), config);
    if (layer.keepsInputShape(input)) {
      written
          .putObject("build_config")
          .set("input_shape", KerasJson.batchShape(input.dimensions()));
    }
    return written;
  }
}
