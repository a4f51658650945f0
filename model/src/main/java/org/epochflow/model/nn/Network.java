package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * An architecture bound to one flat vector of parameters, ready to run batches.
 *
 * <p>{@code loss = mean over the batch of -log(clip(p(label), 1e-7, 1 - 1e-7))}, Keras's
 * categorical cross-entropy on probabilities; its gradient at the softmax's input is {@code (p -
 * one-hot) / batch}. Holds the buffers of every layer, reused from batch to batch. For one thread,
 * which may have a team: its members then share each batch, and the bits are the same.
 */
public final class Network {
  private static final float LEAST = 1e-7f;
  private final Team team;
  private final List<Step.Pass> passes = new ArrayList<>();
  private final Team.Work training = this::train;
  private final Team.Work testing = this::test;
  private final Masks masks = new Masks();
  private final Tally[] tallies;
  private final FMatrixRMaj input = new FMatrixRMaj(0, 0);
  private final List<Step> steps = new ArrayList<>();
  private final FMatrixRMaj probabilities = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj dLogits = new FMatrixRMaj(0, 0);
  private final int inputSize;
  private final int classes;

  /** Where the parameters of the dense layers begin; all behind it are theirs. */
  private int firstDense;

  private Batch batch = new Batch(0, 0);

  /**
   * @param parameters read at every batch, so they may change in between; see {@link Architecture}
   */
  public Network(Architecture architecture, Kernels kernels, float[] parameters) {
    this(architecture, List.of(kernels), new Team(1), parameters);
  }

  /**
   * @param kernels each member's, with its share
   */
  public Network(Architecture architecture, List<Kernels> kernels, Team team, float[] parameters) {
    if (parameters.length != architecture.parameterCount()) {
      throw new ArchitectureException(
          "Expected %d parameters for %s, found %d"
              .formatted(architecture.parameterCount(), architecture.name(), parameters.length));
    }
    this.team = team;
    tallies = new Tally[team.size()];
    inputSize = architecture.input().size();
    classes = architecture.classes();
    firstDense = parameters.length;
    bind(architecture);
    for (int member = 0; member < team.size(); member++) {
      passes.add(new Step.Pass(kernels.get(member), team, member, parameters, masks));
    }
  }

  private void bind(Architecture architecture) {
    List<Layer> layers = architecture.layers();
    List<Shape> shapes = architecture.shapes();
    List<List<Variable>> variables = architecture.variables();
    for (int i = 0; i < layers.size(); i++) {
      Shape in = shapes.get(i);
      Shape out = shapes.get(i + 1);
      int at = variables.get(i).isEmpty() ? 0 : variables.get(i).get(0).offset();
      boolean reluNext = i + 1 < layers.size() && isRelu(layers.get(i + 1));
      if (layers.get(i) instanceof Layer.Dense dense) {
        boolean fused = reluNext && dense.activation() == Layer.Function.LINEAR;
        steps.add(new Step.Dense(in, out, at, fused || dense.activation() == Layer.Function.RELU));
        firstDense = Math.min(firstDense, at);
        i += fused ? 1 : 0;
      } else if (layers.get(i) instanceof Layer.Conv2D conv) {
        boolean fused = reluNext && conv.activation() == Layer.Function.LINEAR;
        boolean relu = fused || conv.activation() == Layer.Function.RELU;
        steps.add(new Step.Convolve(in, out, conv, at, relu));
        i += fused ? 1 : 0;
      } else if (layers.get(i) instanceof Layer.MaxPooling2D pool) {
        steps.add(new Step.MaxPool(in, out, pool));
      } else if (layers.get(i) instanceof Layer.Dropout dropout) {
        steps.add(new Step.Dropout(in, out, i, dropout.rate()));
      } else if (isRelu(layers.get(i))) {
        steps.add(new Step.Relu(in, out));
      }
    }
  }

  private static boolean isRelu(Layer layer) {
    return layer instanceof Layer.Activation activation
        && activation.function() == Layer.Function.RELU;
  }

  /**
   * The gradient of the batch's mean loss, dropout on, written to {@code gradient}.
   *
   * @param dropoutKey names the masks; the same key gives an example the same mask
   * @return how the batch did in this pass
   */
  public Tally gradient(Batch batch, long dropoutKey, float[] gradient) {
    return train(batch, dropoutKey, gradient, null);
  }

  /**
   * Steps the parameters along the gradient of the batch's mean loss, dropout on.
   *
   * @param gradient room for a gradient, which is not there to be read afterwards
   * @param update the optimiser's step
   * @return how the batch did before the step
   */
  public Tally step(Batch batch, long dropoutKey, float[] gradient, Update update) {
    return train(batch, dropoutKey, gradient, update);
  }

  private Tally train(Batch batch, long dropoutKey, float[] gradient, @Nullable Update update) {
    masks.on(dropoutKey, batch.indices);
    for (Step.Pass pass : passes) {
      pass.gradient = gradient;
      pass.update = update;
    }
    return run(training, batch);
  }

  /** How the batch does, dropout off. */
  public Tally evaluate(Batch batch) {
    masks.off();
    return run(testing, batch);
  }

  /**
   * Each class's probability for each example.
   *
   * @param x {@code [rows x input]}, normalised
   * @return {@code [rows x classes]}, new
   */
  public float[] predict(float[] x, int rows) {
    masks.off();
    reshape(x, rows);
    team.run(member -> forward(passes.get(member)));
    float[] copy = new float[rows * classes];
    System.arraycopy(probabilities.data, 0, copy, 0, copy.length);
    return copy;
  }

  private Tally run(Team.Work work, Batch examples) {
    batch = examples;
    reshape(batch.inputs, batch.size());
    team.run(work);
    Tally sum = Tally.NONE;
    for (Tally tally : tallies) {
      sum = sum.plus(tally);
    }
    return sum;
  }

  /** Makes room for a batch. */
  private void reshape(float[] x, int rows) {
    input.data = x;
    input.numRows = rows;
    input.numCols = inputSize;
    for (int i = 0; i < steps.size(); i++) {
      steps.get(i).reshape(rows, i > 0);
    }
    probabilities.reshape(rows, classes);
    dLogits.reshape(rows, classes);
  }

  private void train(int member) {
    Step.Pass pass = passes.get(member);
    batch.normalize(pass.kernels, pass.share);
    forward(pass);
    lossGradient(pass.share);
    backward(pass);
    Update update = pass.update;
    if (update != null && firstDense > 0) {
      team.await();
      pass.apply(update, 0, firstDense);
    }
    tallies[member] = tally(pass.share);
  }

  /** Each layer learns once all has been computed that it reads: those of a team's at the end. */
  private void backward(Step.Pass pass) {
    FMatrixRMaj dy = dLogits;
    int last = steps.size() - 1;
    int toLearn = last;
    pass.outputGradients.clear();
    for (int i = last; i >= 0; i--) {
      pass.outputGradients.add(dy);
      dy = steps.get(i).backward(pass, pass.inputs.get(i), dy, i > 0);
      if (i == 0) {
        pass.readsAll();
      }
      for (; toLearn >= i && pass.mayReadAll(); toLearn--) {
        FMatrixRMaj its = pass.outputGradients.get(last - toLearn);
        steps.get(toLearn).learn(pass, pass.inputs.get(toLearn), its);
      }
    }
  }

  private void test(int member) {
    Step.Pass pass = passes.get(member);
    batch.normalize(pass.kernels, pass.share);
    forward(pass);
    tallies[member] = tally(pass.share);
  }

  /** Leaves a member's share of the examples in {@link #probabilities}. */
  private void forward(Step.Pass pass) {
    pass.wroteExamples();
    pass.inputs.clear();
    FMatrixRMaj y = input;
    for (Step step : steps) {
      pass.inputs.add(y);
      y = step.forward(pass, y);
    }
    pass.readsExamples();
    // A copy: the last step's gradient may need its own output.
    int from = pass.share.from(y.numRows) * classes;
    int to = pass.share.to(y.numRows) * classes;
    System.arraycopy(y.data, from, probabilities.data, from, to - from);
    pass.kernels.softmax(probabilities);
    pass.wroteExamples();
  }

  private void lossGradient(Share share) {
    float scale = 1f / batch.size();
    int last = share.to(batch.size());
    for (int row = share.from(batch.size()); row < last; row++) {
      for (int c = 0; c < classes; c++) {
        int i = row * classes + c;
        float target = c == batch.labels[row] ? 1f : 0f;
        dLogits.data[i] = (probabilities.data[i] - target) * scale;
      }
    }
  }

  private Tally tally(Share share) {
    Tally tally = Tally.NONE;
    int last = share.to(batch.size());
    for (int row = share.from(batch.size()); row < last; row++) {
      int from = row * classes;
      int label = batch.labels[row];
      boolean correct = largest(probabilities.data, from, classes) == label;
      tally = tally.plus(Tally.of(loss(probabilities.data[from + label]), correct));
    }
    return tally;
  }

  /** The categorical cross-entropy of one example whose label has this probability. */
  public static float loss(float probability) {
    return (float) -StrictMath.log(Math.max(LEAST, Math.min(1 - LEAST, probability)));
  }

  /** The first class of the largest of {@code classes} probabilities from {@code from}. */
  public static int largest(float[] probabilities, int from, int classes) {
    int best = 0;
    for (int c = 1; c < classes; c++) {
      if (probabilities[from + c] > probabilities[from + best]) {
        best = c;
      }
    }
    return best;
  }
}
