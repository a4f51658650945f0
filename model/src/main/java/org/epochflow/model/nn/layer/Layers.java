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
import org.epochflow.model.nn.Regularizer;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.activation.ELU;
import org.epochflow.model.nn.layer.activation.LeakyReLU;
import org.epochflow.model.nn.layer.activation.PReLU;
import org.epochflow.model.nn.layer.activation.ReLU;
import org.epochflow.model.nn.layer.augmentation.RandomBrightness;
import org.epochflow.model.nn.layer.augmentation.RandomContrast;
import org.epochflow.model.nn.layer.augmentation.RandomCrop;
import org.epochflow.model.nn.layer.augmentation.RandomErasing;
import org.epochflow.model.nn.layer.augmentation.RandomFlip;
import org.epochflow.model.nn.layer.augmentation.RandomRotation;
import org.epochflow.model.nn.layer.augmentation.RandomTranslation;
import org.epochflow.model.nn.layer.augmentation.RandomZoom;
import org.epochflow.model.nn.layer.convolution.Conv2D;
import org.epochflow.model.nn.layer.convolution.DepthwiseConv2D;
import org.epochflow.model.nn.layer.convolution.SeparableConv2D;
import org.epochflow.model.nn.layer.core.Activation;
import org.epochflow.model.nn.layer.core.Dense;
import org.epochflow.model.nn.layer.core.Penalties;
import org.epochflow.model.nn.layer.merging.Add;
import org.epochflow.model.nn.layer.merging.Average;
import org.epochflow.model.nn.layer.merging.Concatenate;
import org.epochflow.model.nn.layer.merging.Maximum;
import org.epochflow.model.nn.layer.merging.Minimum;
import org.epochflow.model.nn.layer.merging.Multiply;
import org.epochflow.model.nn.layer.merging.Subtract;
import org.epochflow.model.nn.layer.normalization.BatchNormalization;
import org.epochflow.model.nn.layer.normalization.LayerNormalization;
import org.epochflow.model.nn.layer.normalization.Normalization;
import org.epochflow.model.nn.layer.normalization.Rescaling;
import org.epochflow.model.nn.layer.pooling.AveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalAveragePooling2D;
import org.epochflow.model.nn.layer.pooling.GlobalMaxPooling2D;
import org.epochflow.model.nn.layer.pooling.MaxPooling2D;
import org.epochflow.model.nn.layer.regularization.ActivityRegularization;
import org.epochflow.model.nn.layer.regularization.Dropout;
import org.epochflow.model.nn.layer.regularization.GaussianDropout;
import org.epochflow.model.nn.layer.regularization.GaussianNoise;
import org.epochflow.model.nn.layer.regularization.SpatialDropout2D;
import org.epochflow.model.nn.layer.reshaping.Cropping2D;
import org.epochflow.model.nn.layer.reshaping.Flatten;
import org.epochflow.model.nn.layer.reshaping.Permute;
import org.epochflow.model.nn.layer.reshaping.Reshape;
import org.epochflow.model.nn.layer.reshaping.UpSampling2D;
import org.epochflow.model.nn.layer.reshaping.ZeroPadding2D;

/**
 * All layers there are, by the names of Keras's classes: a layer in this list can be read, written,
 * trained and shown. A layer is written as Keras 3 writes it in the {@code layers} of a Sequential,
 * without the settings that its earlier versions refuse as unknown.
 */
public final class Layers {
  private static final Map<String, Reader> READERS = new LinkedHashMap<>();

  /** Keras's short names of classes, which it reads and does not write. */
  private static final Map<String, String> ALIASES =
      Map.of(
          "MaxPool2D", "MaxPooling2D",
          "AvgPool2D", "AveragePooling2D",
          "GlobalMaxPool2D", "GlobalMaxPooling2D",
          "GlobalAvgPool2D", "GlobalAveragePooling2D");

  static {
    READERS.put("Dense", Dense::read);
    READERS.put("Conv2D", Conv2D::read);
    READERS.put("DepthwiseConv2D", DepthwiseConv2D::read);
    READERS.put("SeparableConv2D", SeparableConv2D::read);
    READERS.put("MaxPooling2D", MaxPooling2D::read);
    READERS.put("AveragePooling2D", AveragePooling2D::read);
    READERS.put("GlobalMaxPooling2D", GlobalMaxPooling2D::read);
    READERS.put("GlobalAveragePooling2D", GlobalAveragePooling2D::read);
    READERS.put("Flatten", Flatten::read);
    READERS.put("Reshape", Reshape::read);
    READERS.put("Permute", Permute::read);
    READERS.put("ZeroPadding2D", ZeroPadding2D::read);
    READERS.put("Cropping2D", Cropping2D::read);
    READERS.put("UpSampling2D", UpSampling2D::read);
    READERS.put("Dropout", Dropout::read);
    READERS.put("Activation", Activation::read);
    READERS.put("LeakyReLU", LeakyReLU::read);
    READERS.put("ReLU", ReLU::read);
    READERS.put("Softmax", Activation::readSoftmax);
    READERS.put("Add", Add::read);
    READERS.put("Subtract", Subtract::read);
    READERS.put("Multiply", Multiply::read);
    READERS.put("Average", Average::read);
    READERS.put("Maximum", Maximum::read);
    READERS.put("Minimum", Minimum::read);
    READERS.put("Concatenate", Concatenate::read);
    READERS.put("ELU", ELU::read);
    READERS.put("PReLU", PReLU::read);
    READERS.put("BatchNormalization", BatchNormalization::read);
    READERS.put("LayerNormalization", LayerNormalization::read);
    READERS.put("Rescaling", Rescaling::read);
    READERS.put("Normalization", Normalization::read);
    READERS.put("ActivityRegularization", ActivityRegularization::read);
    READERS.put("SpatialDropout2D", SpatialDropout2D::read);
    READERS.put("GaussianNoise", GaussianNoise::read);
    READERS.put("GaussianDropout", GaussianDropout::read);
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
    Reader reader = READERS.get(ALIASES.getOrDefault(type, type));
    if (reader == null) {
      throw ModelFormatException.expected("a layer that epochflow has", type, config.place());
    }
    KerasJson.requireFloat32(config);
    try {
      Layer layer = reader.read(config);
      if (layer.activityRegularizer().isNone()) { // all of Keras's layers can have one
        requireNone(config);
      }
      return layer;
    } catch (ArchitectureException e) {
      throw ModelFormatException.at(config.place(), e);
    }
  }

  private static void requireNone(JsonObject config) throws ModelFormatException {
    if (!Regularizer.read(config, Penalties.ACTIVITY).isNone()) {
      throw config.fault(Penalties.ACTIVITY, "null");
    }
  }

  /** What {@link #read} reads, with the class and whether the layer trains. */
  public static ObjectNode write(Layer layer, List<Shape> inputs, boolean trains) {
    Shape input = inputs.get(0);
    ObjectNode config = Json.object();
    config.put("name", layer.name()).put("trainable", trains).set("dtype", KerasJson.dtype());
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
