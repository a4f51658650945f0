package org.epochflow.model.predict;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Activations;
import org.epochflow.model.nn.Network;
import org.epochflow.model.nn.Shape;

/**
 * Classifies images by a saved model: {@code probabilities = network(inputs)}, where the model's
 * {@code Preprocessing} says how pixels become inputs; the class is the most probable one.
 *
 * <pre>{@code
 * Classifier classifier = Classifier.load(Path.of("runs/0001-softmax/best_model.keras"));
 * classifier.requireFit(Shape.of(28, 28), "my images");
 * Classification answer = classifier.classify(pixels); // 28 x 28 bytes, row by row
 * System.out.println(answer.name() + " " + answer.confidence());
 * }</pre>
 *
 * <p>A file that Keras wrote does not say how pixels become inputs, and means pixels / 255. {@code
 * Classifier.of(model.with(Preprocessing.BYTES))} leaves them as they are.
 *
 * <p>Pixels are unsigned bytes in row-major order: height, width, channels. Several images stand
 * one after the other. The same image gets the same probabilities, bit for bit, in any batch.
 *
 * <p>Where every microsecond counts, {@link #classify(byte[], float[])} and {@link
 * #classify(byte[], int, int[], float[])} write to arrays of the caller's and allocate nothing,
 * once a batch of the size has been classified and the JVM has compiled the vector kernels:
 *
 * <pre>{@code
 * Classifier classifier = Classifier.load(Path.of("runs/0001-softmax/best_model.keras"));
 * float[] probabilities = new float[classifier.classes()];
 * int label = classifier.classify(pixels, probabilities);
 * }</pre>
 *
 * <p>Thread-safe: threads that classify at the same time use buffers of their own, which are kept
 * for as many threads as there are processors. Nobody may change the model's parameters meanwhile.
 */
public final class Classifier {
  private static final double[] NO_PENALTIES = {};

  private final SavedModel model;
  private final String kernels;
  private final List<String> classNames;
  private final int classes;

  /** The values of an image. */
  private final int size;

  private final int mostAtOnce;

  private final Workers workers;

  private Classifier(SavedModel model, String kernels) {
    this.model = model;
    this.kernels = kernels;
    classNames = model.classNames();
    classes = classNames.size();
    size = model.architecture().input().size();
    mostAtOnce = model.architecture().atOnce(Integer.MAX_VALUE);
    workers = new Workers(model, kernels);
  }

  /**
   * Loads a {@code .keras} file, ours or Keras's.
   *
   * @throws org.epochflow.model.json.ModelFormatException if it is damaged, or not a model this
   *     project can run
   * @throws org.epochflow.model.kernel.KernelsUnavailableException if this JVM lacks the kernels
   *     the model was trained with; see {@link #of(SavedModel, String)}
   */
  public static Classifier load(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(KerasFile.read(in, file.toString()));
    }
  }

  /** Classifies by a model that is in memory, with the kernels it was trained with. */
  public static Classifier of(SavedModel model) {
    return of(model, model.kernels());
  }

  /**
   * Classifies by a model that is in memory.
   *
   * @param kernels one of {@link Kernels#NAMES}; those of another name than the model was trained
   *     with give probabilities that differ in their last digits
   */
  public static Classifier of(SavedModel model, String kernels) {
    return new Classifier(model, kernels);
  }

  /** The shape of the network's input: {@code (784,)} or {@code (28, 28, 1)}. */
  public Shape input() {
    return model.architecture().input();
  }

  /** What the classes are called, in the order of their labels. */
  public List<String> classNames() {
    return classNames;
  }

  public int classes() {
    return classes;
  }

  /** The model it classifies by. */
  public SavedModel model() {
    return model;
  }

  /** Whether images of this shape can be classified; see {@code Preprocessing.fits}. */
  public boolean fits(Shape image) {
    return model.preprocessing().fits(input(), image);
  }

  /**
   * Refuses images that the model cannot classify.
   *
   * @param image {@code (height, width)} or {@code (height, width, channels)}
   * @param images what the message calls them, for instance their file
   * @throws IllegalArgumentException naming both shapes
   */
  public void requireFit(Shape image, String images) {
    model.preprocessing().requireFit("the model", input(), image, images);
  }

  /** Classifies one image. */
  public Classification classify(byte[] pixels) {
    return classify(pixels, 1).get(0);
  }

  /** Classifies several images, in their order. */
  public List<Classification> classify(byte[] pixels, int images) {
    float[] probabilities = probabilities(pixels, images);
    List<Classification> answers = new ArrayList<>(images);
    for (int from = 0; from < probabilities.length; from += classes) {
      int label = Network.largest(probabilities, from, classes);
      answers.add(
          new Classification(
              label,
              classNames.get(label),
              Arrays.copyOfRange(probabilities, from, from + classes)));
    }
    return answers;
  }

  /**
   * Classifies one image, and writes each class's probability to {@code probabilities}.
   *
   * @return the label of the most probable class
   * @throws IllegalArgumentException if there are more or fewer pixels than an image has, or if
   *     {@code probabilities} has another length than {@link #classes}
   */
  public int classify(byte[] pixels, float[] probabilities) {
    write(pixels, 1, probabilities);
    return Network.largest(probabilities, 0, classes);
  }

  /**
   * Classifies several images, and writes the label of each and the probabilities of its classes,
   * {@code [images x classes]}.
   *
   * @throws IllegalArgumentException if there are more or fewer pixels than {@code images} have, or
   *     an array has another length
   */
  public void classify(byte[] pixels, int images, int[] labels, float[] probabilities) {
    requireLength(labels.length, images, "labels");
    write(pixels, images, probabilities);
    for (int image = 0; image < images; image++) {
      labels[image] = Network.largest(probabilities, image * classes, classes);
    }
  }

  /**
   * Each class's probability for each image, {@code [images x classes]}.
   *
   * @throws IllegalArgumentException if there are more or fewer pixels than {@code images} have
   */
  public float[] probabilities(byte[] pixels, int images) {
    requireValues(pixels.length, images, "pixels");
    float[] probabilities = new float[Math.multiplyExact(images, classes)];
    write(pixels, images, probabilities);
    return probabilities;
  }

  /** The same of inputs that are normalised already. */
  public float[] probabilities(float[] x, int images) {
    return probabilities(x, images, NO_PENALTIES);
  }

  /**
   * The same, with what the model's regularizers add to the loss of each image.
   *
   * @param penalties receives it: {@code [images]}
   */
  public float[] probabilities(float[] x, int images, double[] penalties) {
    requireValues(x.length, images, "inputs");
    float[] probabilities = new float[Math.multiplyExact(images, classes)];
    Workers.Worker worker = workers.take();
    int most = Math.min(images, mostAtOnce);
    for (int first = 0; first < images; first += most) {
      int rows = Math.min(most, images - first);
      float[] some =
          most >= images ? x : Arrays.copyOfRange(x, first * size, (first + rows) * size);
      worker.network().predict(some, rows, probabilities, first * classes);
      if (penalties.length > 0) {
        worker.network().penalties(rows, penalties, first);
      }
    }
    workers.release(worker);
    return probabilities;
  }

  private void write(byte[] pixels, int images, float[] probabilities) {
    requireValues(pixels.length, images, "pixels");
    requireLength(probabilities.length, (long) images * classes, "probabilities");
    Workers.Worker worker = workers.take();
    int most = Math.min(images, mostAtOnce);
    float[] x = worker.inputs(most * size);
    for (int first = 0; first < images; first += most) {
      int rows = Math.min(most, images - first);
      model.preprocessing().normalize(worker.kernels(), pixels, first * size, rows * size, x, 0);
      worker.network().predict(x, rows, probabilities, first * classes);
    }
    workers.release(worker);
  }

  /** What each layer gives for one image, in the layers' order. */
  public List<Activations.Output> activations(byte[] pixels) {
    requireValues(pixels.length, 1, "pixels");
    float[] x = new float[pixels.length];
    model.preprocessing().normalize(pixels, 0, pixels.length, x, 0);
    return Activations.of(model.architecture(), Kernels.named(kernels), model.parameters(), x);
  }

  private void requireValues(int found, int images, String what) {
    long expected = (long) images * size;
    if (found != expected) {
      throw new IllegalArgumentException(
          "Expected %s %s for %s images of %s, found %s"
              .formatted(expected, what, images, input(), found));
    }
  }

  private static void requireLength(int found, long expected, String what) {
    if (found != expected) {
      throw new IllegalArgumentException(
          "Expected an array for %s %s, found one for %s".formatted(expected, what, found));
    }
  }
}
