package org.epochflow.runners.serve;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.json.Excerpt;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.predict.Image;
import org.epochflow.pipeline.predict.LiveModel;
import org.jspecify.annotations.Nullable;

/**
 * The images of a request's body: a PNG or JPEG file, or TensorFlow Serving's JSON, {@code
 * {"instances": [...]}}. An instance is an image's pixels, whole numbers from 0 to 255, as nested
 * lists {@code [height][width]} or {@code [height][width][channels]} or as one list; or {@code
 * {"b64": "..."}}, a file in Base64. A file of another size is resized.
 *
 * <p>Not thread-safe: one reads one body.
 */
final class Instances {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int MOST_LISTS = 3;
  private final LiveModel.Version model;
  private final long mostPixels;
  private final int size;
  private final List<byte[]> images = new ArrayList<>();

  /** Of the image at hand: its pixels, its lists' lengths, and how deep its numbers are. */
  private byte[] pixels = {};

  private final int[] lengths = new int[MOST_LISTS];
  private int depth;
  private int count;

  private Instances(LiveModel.Version model, long mostPixels) {
    this.model = model;
    this.mostPixels = mostPixels;
    size = model.classifier().input().size();
  }

  /**
   * Reads a body.
   *
   * @param mostPixels of all its images
   * @return the pixels of each image
   * @throws RefusalException if it is something else, or has more pixels
   */
  static List<byte[]> read(byte[] body, LiveModel.Version model, long mostPixels)
      throws RefusalException {
    Instances instances = new Instances(model, mostPixels);
    if (isJson(body)) {
      instances.json(body);
    } else {
      instances.add(instances.decoded(body, "the body"));
    }
    return instances.images;
  }

  /** Whether its first character that is no blank begins an object or a list. */
  private static boolean isJson(byte[] body) {
    int at = 0;
    while (at < body.length && " \t\r\n".indexOf(body[at]) >= 0) {
      at++;
    }
    return at < body.length && (body[at] == '{' || body[at] == '[');
  }

  private void json(byte[] body) throws RefusalException {
    try (JsonParser in = JSON.createParser(body)) {
      require(in.nextToken() == JsonToken.START_OBJECT, "an object", in);
      boolean found = false;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String field = in.currentName();
        in.nextToken();
        switch (field) {
          case "instances" -> {
            require(!found, "instances once", in);
            found = true;
            instances(in);
          }
          case "signature_name" ->
              require(in.getText().equals("serving_default"), "serving_default", in);
          default ->
              throw RefusalException.badRequest(
                  "Expected {\"instances\": [...]}, found the field " + Excerpt.of(field));
        }
      }
      require(in.nextToken() == null, "one object", in);
      if (!found) {
        throw RefusalException.badRequest("Expected {\"instances\": [...]}, found no instances");
      }
    } catch (JsonProcessingException e) {
      throw RefusalException.badRequest(
          "Expected JSON, or a PNG or JPEG file, found " + Excerpt.of(e.getOriginalMessage()));
    } catch (IOException e) {
      throw new IllegalStateException("Bytes in memory can be read", e);
    }
  }

  private void instances(JsonParser in) throws IOException, RefusalException {
    require(in.currentToken() == JsonToken.START_ARRAY, "a list of instances", in);
    for (JsonToken t = in.nextToken(); t != JsonToken.END_ARRAY; t = in.nextToken()) {
      if (t == JsonToken.START_OBJECT) {
        add(file(in));
      } else {
        require(t == JsonToken.START_ARRAY, "a list of pixels or {\"b64\": ...}", in);
        add(pixels(in));
      }
    }
  }

  private byte[] file(JsonParser in) throws IOException, RefusalException {
    boolean named = in.nextToken() == JsonToken.FIELD_NAME && in.currentName().equals("b64");
    require(named && in.nextToken() == JsonToken.VALUE_STRING, "{\"b64\": \"...\"}", in);
    byte[] file = in.getBinaryValue();
    require(in.nextToken() == JsonToken.END_OBJECT, "{\"b64\": \"...\"} alone", in);
    return decoded(file, "instance " + images.size());
  }

  private byte[] decoded(byte[] file, String what) throws RefusalException {
    try {
      Optional<Shape> shape = model.image();
      Image image = shape.isPresent() ? Image.decode(file, shape.get()) : Image.decode(file);
      model.classifier().requireFit(image.shape(), what);
      return image.pixels();
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw RefusalException.badRequest(
          message.endsWith(")") ? message : "%s (%s)".formatted(message, what));
    }
  }

  private byte[] pixels(JsonParser in) throws IOException, RefusalException {
    pixels = new byte[size];
    Arrays.fill(lengths, -1);
    depth = -1;
    count = 0;
    list(in, 0);
    int lists = depth + 1;
    boolean flat = lists == 1 && count == size;
    if (!flat && (count == 0 || !fits(Arrays.copyOf(lengths, lists)))) {
      Classifier classifier = model.classifier();
      throw RefusalException.badRequest(
          String.format(
              Locale.ROOT,
              "Expected an image of %s, found one of %s (instance %d)",
              model.image().orElse(classifier.input()),
              Arrays.toString(Arrays.copyOf(lengths, Math.max(1, lists))),
              images.size()));
    }
    return pixels;
  }

  private boolean fits(int[] shape) {
    return model.classifier().fits(new Shape(Arrays.stream(shape).boxed().toList()));
  }

  /** Reads a list whose beginning is read. */
  private void list(JsonParser in, int level) throws IOException, RefusalException {
    require(level < MOST_LISTS, "at most " + MOST_LISTS + " lists in each other", in);
    int length = 0;
    for (JsonToken t = in.nextToken(); t != JsonToken.END_ARRAY; t = in.nextToken()) {
      if (t == JsonToken.START_ARRAY) {
        require(level != depth, "a number as before", in);
        list(in, level + 1);
      } else {
        require(depth < 0 || depth == level, "lists of one depth", in);
        depth = level;
        pixel(in);
      }
      length++;
    }
    require(lengths[level] < 0 || lengths[level] == length, "lists of one length", in);
    lengths[level] = length;
  }

  private void pixel(JsonParser in) throws IOException, RefusalException {
    @Nullable JsonToken token = in.currentToken();
    double value = token != null && token.isNumeric() ? in.getDoubleValue() : -1;
    boolean whole = value >= 0 && value <= 255 && value == (int) value;
    require(whole, "pixels that are whole numbers from 0 to 255", in);
    if (count < size) {
      pixels[count] = (byte) (int) value;
    }
    count++;
  }

  private void require(boolean condition, String expected, JsonParser in)
      throws IOException, RefusalException {
    if (!condition) {
      String found = in.currentToken() == null ? "the end" : Excerpt.of(in.getText());
      throw RefusalException.badRequest(
          String.format(
              Locale.ROOT, "Expected %s, found %s (instance %d)", expected, found, images.size()));
    }
  }

  private void add(byte[] image) throws RefusalException {
    images.add(image);
    if ((long) images.size() * size > mostPixels) {
      throw new RefusalException(
          413,
          String.format(Locale.ROOT, "Expected at most %d images in a request", mostPixels / size));
    }
  }
}
