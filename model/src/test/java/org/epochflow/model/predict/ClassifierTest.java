package org.epochflow.model.predict;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.epochflow.model.Golden;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Activations;
import org.epochflow.model.nn.Architecture;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Preprocessing;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.nn.layer.core.Padding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A saved model gives an image the same probabilities alone, in any batch and on any thread. */
final class ClassifierTest {
  private static final Shape IMAGE = Shape.of(28, 28);
  private static final int IMAGES = 37;

  static List<Architecture> networks() {
    return List.of(Presets.softmax(IMAGE, 10), Presets.mlp(IMAGE, 10, 0.5), cnn());
  }

  private static Architecture cnn() {
    return Presets.cnn(IMAGE.withChannels(), 10, 0.2, Padding.VALID, 0.25);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void normalisesAndRunsTheNetwork(Architecture network) {
    SavedModel model = model(network, Preprocessing.STANDARD);
    byte[] pixels = pixels(IMAGES);
    float[] x = new float[pixels.length];
    model.preprocessing().normalize(pixels, 0, pixels.length, x, 0);
    float[] expected =
        new Network(network, Kernels.named(Kernels.auto()), model.parameters()).predict(x, IMAGES);
    assertArrayEquals(expected, Classifier.of(model).probabilities(pixels, IMAGES));
    assertArrayEquals(expected, Classifier.of(model).probabilities(x, IMAGES));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void anImageGetsTheSameBitsInAnyBatch(Architecture network) {
    Classifier classifier = Classifier.of(model(network, Preprocessing.STANDARD));
    byte[] pixels = pixels(IMAGES);
    List<Classification> together = classifier.classify(pixels, IMAGES);
    for (int i = 0; i < IMAGES; i++) {
      Classification alone = classifier.classify(image(pixels, i));
      assertArrayEquals(alone.probabilities(), together.get(i).probabilities());
      assertEquals(alone.label(), together.get(i).label());
    }
  }

  @Test
  void theLabelIsOfTheLargestProbabilityAndHasItsName() {
    Classifier classifier = Classifier.of(model(cnn(), Preprocessing.STANDARD));
    for (Classification answer : classifier.classify(pixels(IMAGES), IMAGES)) {
      float largest = answer.probabilities()[0];
      for (float probability : answer.probabilities()) {
        largest = Math.max(largest, probability);
      }
      assertEquals(largest, answer.confidence());
      assertEquals(classifier.classNames().get(answer.label()), answer.name());
    }
  }

  @Test
  void threadsThatClassifyAtOnceGetWhatOneAloneGets() throws Exception {
    Classifier classifier = Classifier.of(model(cnn(), Preprocessing.STANDARD));
    byte[] pixels = pixels(IMAGES);
    float[] expected = classifier.probabilities(pixels, IMAGES);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> answers = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        int image = i % IMAGES;
        answers.add(
            threads.submit(
                () ->
                    assertArrayEquals(
                        Arrays.copyOfRange(expected, image * 10, image * 10 + 10),
                        classifier.probabilities(image(pixels, image), 1))));
      }
      for (Future<?> answer : answers) {
        answer.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  @ParameterizedTest
  @MethodSource("networks")
  void whatIsWrittenToArraysIsWhatIsReturned(Architecture network) {
    Classifier classifier = Classifier.of(model(network, Preprocessing.STANDARD));
    byte[] pixels = pixels(IMAGES);
    float[] expected = classifier.probabilities(pixels, IMAGES);
    int[] labels = new int[IMAGES];
    float[] written = new float[IMAGES * 10];
    classifier.classify(pixels, IMAGES, labels, written);
    assertArrayEquals(expected, written);
    float[] alone = new float[10];
    for (int image = 0; image < IMAGES; image++) {
      assertEquals(labels[image], classifier.classify(image(pixels, image), alone));
      assertEquals(labels[image], classifier.classify(image(pixels, image)).label());
      assertArrayEquals(Arrays.copyOfRange(expected, image * 10, image * 10 + 10), alone);
    }
  }

  @Test
  void arraysOfAnotherLengthAreRefused() {
    Classifier classifier = Classifier.of(model(cnn(), Preprocessing.STANDARD));
    IllegalArgumentException refused =
        assertThrows(
            IllegalArgumentException.class, () -> classifier.classify(pixels(1), new float[9]));
    assertEquals("Expected an array for 10 probabilities, found one for 9", refused.getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> classifier.classify(pixels(2), 2, new int[1], new float[20]));
    assertThrows(
        IllegalArgumentException.class,
        () -> classifier.classify(pixels(2), 2, new int[2], new float[21]));
  }

  @Test
  void theLastActivationsAreTheProbabilities() {
    Classifier classifier = Classifier.of(model(cnn(), Preprocessing.STANDARD));
    byte[] pixels = pixels(1);
    List<Activations.Output> outputs = classifier.activations(pixels);
    assertArrayEquals(
        classifier.classify(pixels).probabilities(), outputs.get(outputs.size() - 1).values());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mlp", "cnn", "normalizing", "windows"})
  void aFileOfKerassGivesTheProbabilitiesOfKeras(String name) throws IOException {
    JsonNode golden = Golden.read("models/" + name + ".json");
    Classifier classifier =
        Classifier.load(Path.of("..", "testdata", "golden", "models", name + ".keras"));
    int[] values = Golden.ints(golden.get("pixels"));
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    assertArrayEquals(
        Golden.floats(golden.get("predictions")),
        classifier.probabilities(pixels, pixels.length / classifier.input().size()),
        1e-5f);
  }

  /** The shape of the network's input, of the images it was trained on, of those that come. */
  @ParameterizedTest
  @CsvSource({
    "28x28x1, , 28x28, true",
    "28x28x1, , 28x28x1, true",
    "28x28x1, , 14x56, false",
    "28x28x1, , 56x14x1, false",
    "28x28x1, , 28x28x3, false",
    "14x14x4, , 28x28, false",
    "784, , 28x28, true",
    "784, , 14x56, true",
    "784, , 28x29, false",
    "784, 28x28, 28x28, true",
    "784, 28x28, 28x28x1, true",
    "784, 28x28x1, 28x28, true",
    "784, 28x28, 14x56, false",
    "784, 28x28, 14x14x4, false",
  })
  void imagesFitByTheirShape(String input, String trained, String images, boolean fit) {
    Preprocessing preprocessing =
        trained == null ? Preprocessing.STANDARD : Preprocessing.STANDARD.withImage(shape(trained));
    Shape shape = shape(input);
    Architecture network =
        shape.isImage() ? Presets.cnn(shape, 10, 0, Padding.SAME, 0.1) : Presets.softmax(shape, 10);
    Classifier classifier = Classifier.of(model(network, preprocessing));
    assertEquals(fit, classifier.fits(shape(images)));
    if (!fit) {
      String message =
          String.valueOf(
              assertThrows(
                      IllegalArgumentException.class,
                      () -> classifier.requireFit(shape(images), "some.idx"))
                  .getMessage());
      assertTrue(message.contains(shape(images) + " (some.idx)"), message);
      assertTrue(message.contains((trained == null ? shape : shape(trained)).toString()), message);
    }
  }

  @Test
  void otherThanWholeImagesAreRefused() {
    Classifier classifier = Classifier.of(model(cnn(), Preprocessing.STANDARD));
    for (int pixels : new int[] {0, 783, 785, 2 * 784}) {
      assertThrows(
          IllegalArgumentException.class, () -> classifier.classify(new byte[pixels]), "" + pixels);
    }
  }

  private static SavedModel model(Architecture network, Preprocessing preprocessing) {
    return new SavedModel(network, preprocessing, network.initialParameters(7), Optional.empty());
  }

  private static byte[] pixels(int images) {
    byte[] pixels = new byte[images * IMAGE.size()];
    new Random(images).nextBytes(pixels);
    return pixels;
  }

  private static byte[] image(byte[] pixels, int index) {
    return Arrays.copyOfRange(pixels, index * IMAGE.size(), (index + 1) * IMAGE.size());
  }

  private static Shape shape(String text) {
    return new Shape(Arrays.stream(text.split("x", -1)).map(Integer::valueOf).toList());
  }
}
