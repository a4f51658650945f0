package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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
 * which may have a team: then its members share each batch, and the bits are the same.
 */
public final class Network {
  private static final float LEAST = 1e-7f;
  private final Team team;
  private final List<Pass> passes = new ArrayList<>();
  private final Team.Work training = this::train;
  private final Team.Work testing = this::test;
  private final Masks masks = new Masks();
  private final Tally[] tallies;
  private final FMatrixRMaj input = new FMatrixRMaj(0, 0);
  private final List<Operation> operations = new ArrayList<>();
  private final FMatrixRMaj probabilities = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj dLogits = new FMatrixRMaj(0, 0);
  private final int inputSize;
  private final int classes;

  private final List<Range> ranges;
  private Batch batch = new Batch(0, 0);

  /** Parameters from {@code from} to {@code to}, exclusive. */
  private record Range(int from, int to) {}

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
          String.format(
              Locale.ROOT,
              "Expected %d parameters for %s, found %d",
              architecture.parameterCount(),
              architecture.name(),
              parameters.length));
    }
    this.team = team;
    tallies = new Tally[team.size()];
    inputSize = architecture.input().size();
    classes = architecture.classes();
    bind(architecture);
    ranges = ranges(architecture, operations);
    for (int member = 0; member < team.size(); member++) {
      passes.add(new Pass(kernels.get(member), team, member, parameters, masks));
    }
  }

  private void bind(Architecture architecture) {
    List<Layer> layers = architecture.layers();
    List<Shape> shapes = architecture.shapes();
    List<List<Variable>> variables = architecture.variables();
    for (int i = 0; i < layers.size(); i++) {
      int first = i;
      Layer layer = layers.get(first);
      for (int next = i + 1; next < layers.size(); next++) {
        Optional<Layer> fused = layer.fused(layers.get(next));
        if (fused.isEmpty()) {
          break;
        }
        layer = fused.get();
        i = next;
      }
      operations.addAll(layer.bind(first, shapes.get(first), variables.get(first)));
    }
  }

  /** What no operation steps by itself; variables that lie side by side are one range. */
  private static List<Range> ranges(Architecture architecture, List<Operation> operations) {
    List<Variable> left = new ArrayList<>(architecture.trained());
    operations.forEach(operation -> left.removeAll(operation.steps()));
    List<Range> ranges = new ArrayList<>();
    for (Variable variable : left) {
      int last = ranges.size() - 1;
      if (last >= 0 && ranges.get(last).to == variable.offset()) {
        ranges.set(last, new Range(ranges.get(last).from, variable.end()));
      } else {
        ranges.add(new Range(variable.offset(), variable.end()));
      }
    }
    return ranges;
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
   * @param gradient scratch memory as long as the parameters; what it holds afterwards is undefined
   * @param update the optimiser's step
   * @return the results of the batch before the step
   */
  public Tally step(Batch batch, long dropoutKey, float[] gradient, Update update) {
    return train(batch, dropoutKey, gradient, update);
  }

  private Tally train(Batch batch, long dropoutKey, float[] gradient, @Nullable Update update) {
    masks.of(dropoutKey, batch.indices);
    for (Pass pass : passes) {
      pass.toTrain(gradient, update);
    }
    return run(training, batch);
  }

  /** Of the batch that ran last, {@code [examples x classes]}; the next one changes them. */
  public float[] probabilities() {
    return probabilities.data;
  }

  /** How the batch does, dropout off. */
  public Tally evaluate(Batch batch) {
    passes.forEach(Pass::toPredict);
    return run(testing, batch);
  }

  /**
   * Each class's probability for each example.
   *
   * @param x {@code [rows x input]}, normalised
   * @return {@code [rows x classes]}, new
   */
  public float[] predict(float[] x, int rows) {
    passes.forEach(Pass::toPredict);
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
    for (int i = 0; i < operations.size(); i++) {
      operations.get(i).reshape(rows, i > 0);
    }
    probabilities.reshape(rows, classes);
    dLogits.reshape(rows, classes);
  }

  private void train(int member) {
    Pass pass = passes.get(member);
    batch.normalize(pass.kernels(), pass.share());
    forward(pass);
    lossGradient(pass.share());
    backward(pass);
    step(pass);
    tallies[member] = tally(pass.share());
  }

  /** Steps what no operation has stepped. */
  private void step(Pass pass) {
    @Nullable Update update = pass.update();
    if (update != null && !ranges.isEmpty()) {
      team.await();
      for (Range range : ranges) {
        pass.apply(update, range.from, range.to);
      }
    }
  }

  /** An operation learns as soon as all that it reads is computed: in a team, at the end. */
  private void backward(Pass pass) {
    FMatrixRMaj dy = dLogits;
    int last = operations.size() - 1;
    int toLearn = last;
    pass.outputGradients.clear();
    for (int i = last; i >= 0; i--) {
      pass.outputGradients.add(dy);
      dy = operations.get(i).backward(pass, pass.inputs.get(i), dy, i > 0);
      if (i == 0) {
        pass.readsAll();
      }
      for (; toLearn >= i && pass.mayReadAll(); toLearn--) {
        FMatrixRMaj its = pass.outputGradients.get(last - toLearn);
        operations.get(toLearn).learn(pass, pass.inputs.get(toLearn), its);
      }
    }
  }

  private void test(int member) {
    Pass pass = passes.get(member);
    batch.normalize(pass.kernels(), pass.share());
    forward(pass);
    tallies[member] = tally(pass.share());
  }

  /** Leaves a member's share of the examples in {@link #probabilities}. */
  private void forward(Pass pass) {
    pass.wroteExamples();
    pass.inputs.clear();
    FMatrixRMaj y = input;
    for (Operation operation : operations) {
      pass.inputs.add(y);
      y = operation.forward(pass, y);
    }
    pass.readsExamples();
    // A copy: the last operation's gradient may need its own output.
    int from = pass.share().from(y.numRows) * classes;
    int to = pass.share().to(y.numRows) * classes;
    System.arraycopy(y.data, from, probabilities.data, from, to - from);
    pass.kernels().softmax(probabilities);
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
