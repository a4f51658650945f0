package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
 * <p>The loss of a batch is the mean of its examples' {@link Loss}, whose gradient at the input of
 * the softmax is {@code (p - target) / batch}, and the sum of what the {@link Regularizer}s add, in
 * training and in evaluation, as in Keras. Holds the buffers of every layer, reused from batch to
 * batch. For one thread, which may have a team: then its members share each batch, and the bits are
 * the same.
 */
public final class Network {
  private final Team team;
  private final List<Pass> passes = new ArrayList<>();
  private final Team.Work training = this::train;
  private final Team.Work testing = this::test;
  private final Team.Work predicting = this::predict;
  private final Masks masks = new Masks();
  private final Tally[] tallies;
  private final FMatrixRMaj input = new FMatrixRMaj(0, 0);
  private final Wiring wiring;
  private final Loss loss;
  private final FMatrixRMaj probabilities = new FMatrixRMaj(0, 0);
  private final FMatrixRMaj dLogits = new FMatrixRMaj(0, 0);
  private final int inputSize;
  private final int classes;

  /** One for two classes: the logit of the second, where that of the first is 0. */
  private final int outputs;

  private final List<Wiring.Range> ranges;
  private final WeightPenalties penalties;
  private Batch batch = new Batch(0, 0);

  /**
   * A network with the plain loss, for one thread.
   *
   * @param parameters read at every batch, so they may change in between; see {@link Architecture}
   */
  public Network(Architecture architecture, Kernels kernels, float[] parameters) {
    this(architecture, List.of(kernels), new Team(1), parameters);
  }

  /** A network with the plain loss. */
  public Network(Architecture architecture, List<Kernels> kernels, Team team, float[] parameters) {
    this(architecture, Loss.of(architecture), kernels, team, parameters);
  }

  /**
   * @param kernels each member's, with its share
   */
  public Network(
      Architecture architecture, Loss loss, List<Kernels> kernels, Team team, float[] parameters) {
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
    this.loss = loss;
    tallies = new Tally[team.size()];
    inputSize = architecture.input().size();
    classes = architecture.classes();
    outputs = architecture.outputs();
    wiring = new Wiring(architecture);
    ranges = wiring.left(architecture);
    penalties = new WeightPenalties(architecture);
    for (int member = 0; member < team.size(); member++) {
      passes.add(new Pass(kernels.get(member), team, member, parameters, masks));
    }
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
    float[] copy = new float[rows * classes];
    predict(x, rows, copy, 0);
    return copy;
  }

  /**
   * What the regularizers add to the loss of each example of the batch that ran last, as in its
   * evaluation.
   *
   * @param into receives it, from {@code at} on
   */
  public void penalties(int rows, double[] into, int at) {
    penalties.add(passes.get(0).w(), Share.ALL);
    double ofWeights = penalties.sum();
    for (int row = 0; row < rows; row++) {
      into[at + row] = ofWeights + wiring.activityPenalty(row);
    }
  }

  /**
   * Writes each class's probability for each example, from {@code at} on. Allocates nothing where
   * an earlier batch was as large.
   *
   * @param x {@code [rows x input]}, normalised
   */
  public void predict(float[] x, int rows, float[] y, int at) {
    for (int member = 0; member < passes.size(); member++) {
      passes.get(member).toPredict();
    }
    reshape(x, rows);
    team.run(predicting);
    System.arraycopy(probabilities.data, 0, y, at, rows * classes);
  }

  private void predict(int member) {
    forward(passes.get(member));
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
    wiring.reshape(rows);
    probabilities.reshape(rows, classes);
    dLogits.reshape(rows, outputs);
  }

  private void train(int member) {
    Pass pass = passes.get(member);
    batch.normalize(pass.kernels(), pass.share());
    penalties.add(pass.w(), pass.share());
    forward(pass);
    lossGradient(pass.share());
    wiring.backward(pass, dLogits);
    step(pass);
    tallies[member] = tally(pass);
  }

  /** Completes the gradients of what has a regularizer, and steps what no operation has stepped. */
  private void step(Pass pass) {
    boolean steps = pass.update() != null && !ranges.isEmpty();
    if (steps || !penalties.isEmpty()) {
      team.await();
      for (Wiring.Range range : ranges) {
        pass.apply(penalties, range.from(), range.to());
      }
    }
  }

  private void test(int member) {
    Pass pass = passes.get(member);
    batch.normalize(pass.kernels(), pass.share());
    penalties.add(pass.w(), pass.share());
    forward(pass);
    if (!penalties.isEmpty()) {
      team.await();
    }
    tallies[member] = tally(pass);
  }

  /** Leaves a member's share of the examples in {@link #probabilities}. */
  private void forward(Pass pass) {
    pass.wroteExamples();
    FMatrixRMaj y = wiring.forward(pass, input);
    pass.readsExamples();
    // A copy: the last operation's gradient may need its own output.
    int first = pass.share().from(y.numRows);
    int last = pass.share().to(y.numRows);
    if (outputs == classes) {
      System.arraycopy(
          y.data, first * classes, probabilities.data, first * classes, (last - first) * classes);
    } else {
      for (int row = first; row < last; row++) {
        probabilities.data[2 * row] = 0;
        probabilities.data[2 * row + 1] = y.data[row];
      }
    }
    pass.kernels().softmax(probabilities);
    pass.wroteExamples();
  }

  private void lossGradient(Share share) {
    float scale = 1f / batch.size();
    int last = share.to(batch.size());
    for (int row = share.from(batch.size()); row < last; row++) {
      loss.gradient(
          probabilities.data,
          row * classes,
          classes,
          batch.labels[row],
          scale,
          dLogits.data,
          row * outputs,
          outputs);
    }
  }

  private Tally tally(Pass pass) {
    Tally tally = Tally.NONE;
    int last = pass.share().to(batch.size());
    double ofWeights = penalties.sum();
    for (int row = pass.share().from(batch.size()); row < last; row++) {
      int from = row * classes;
      int label = batch.labels[row];
      boolean correct = largest(probabilities.data, from, classes) == label;
      float weight = pass.isTraining() ? loss.weight(label) : 1;
      float its = weight * loss.of(probabilities.data, from, classes, label);
      double penalty = ofWeights + wiring.activityPenalty(row);
      tally = tally.plus(Tally.of(its, penalty, correct));
    }
    return tally;
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
