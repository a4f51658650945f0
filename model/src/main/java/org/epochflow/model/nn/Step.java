package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Pooling;
import org.epochflow.model.kernel.Update;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;
import org.jspecify.annotations.Nullable;

/**
 * One operation of a network on a batch, with the buffers it writes to: layers bound to their place
 * in the vector of parameters, a relu fused into the layer before it. Every thread of a team runs
 * it, each with its own {@link Pass}, and computes its share.
 */
abstract class Step {
  private final int inputSize;
  private final int outputSize;
  final FMatrixRMaj y = new FMatrixRMaj(0, 0);
  final FMatrixRMaj dx = new FMatrixRMaj(0, 0);

  /**
   * One thread's way through the steps of a network. It waits for the others where it is about to
   * read what they write, and nowhere else.
   */
  static final class Pass {
    /** Floats of a cache line: two threads never write to the same one. */
    private static final int CACHE_LINE = 16;

    final Kernels kernels;
    final Share share;
    final float[] w;
    final Masks masks;
    final List<FMatrixRMaj> inputs = new ArrayList<>();

    /** From the last step's on. */
    final List<FMatrixRMaj> outputGradients = new ArrayList<>();

    float[] gradient = {};
    @Nullable Update update;
    private final Team team;
    private Written written = Written.ALL;

    /** What this thread may read of what the team wrote last. */
    private enum Written {
      ALL,
      OWN_EXAMPLES,
      OWN_VALUES
    }

    Pass(Kernels kernels, Team team, int member, float[] w, Masks masks) {
      this.kernels = kernels;
      this.team = team;
      share = team.share(member);
      this.w = w;
      this.masks = masks;
    }

    /** Its share of the examples has been written. */
    void wroteExamples() {
      written = Written.OWN_EXAMPLES;
    }

    /** To be called before it reads its share of the examples. */
    void readsExamples() {
      if (written == Written.OWN_VALUES) {
        readsAll();
      }
    }

    /** To be called before it reads anything else. */
    void readsAll() {
      if (written != Written.ALL) {
        team.await();
        written = Written.ALL;
      }
    }

    /** Whether it may read anything, without waiting. */
    boolean mayReadAll() {
      return team.size() == 1 || written == Written.ALL;
    }

    /** To be called before and after a dense layer writes its outputs. */
    void readsForDense(int examples) {
      if (kernels.cutsExamples(examples)) {
        readsExamples();
      } else {
        readsAll();
      }
    }

    /** Steps this thread's share of some parameters along the gradient, which is all there. */
    void apply(Update update, int from, int to) {
      int first = from + share.from(to - from, CACHE_LINE);
      int last = from + share.to(to - from, CACHE_LINE);
      update.apply(kernels, w, first, last, gradient, first);
    }

    void wroteDense(int examples) {
      written = kernels.cutsExamples(examples) ? Written.OWN_EXAMPLES : Written.OWN_VALUES;
    }
  }

  Step(Shape input, Shape output) {
    inputSize = input.size();
    outputSize = output.size();
  }

  /** Makes room for a batch; to be called by one thread, before the others come. */
  void reshape(int examples, boolean inputGradient) {
    y.reshape(examples, outputSize);
    if (inputGradient) {
      dx.reshape(examples, inputSize);
    }
  }

  /** Its output for {@code x}, which stays as it is: {@link #y}, or {@code x} itself. */
  abstract FMatrixRMaj forward(Pass pass, FMatrixRMaj x);

  /**
   * Makes {@code dy}, in place, what {@link #learn} takes, and returns its input's gradient, or
   * {@code dy} if none is wanted.
   */
  abstract FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient);

  /**
   * Writes its share of its variables' gradients, or steps along them at once. Its input's gradient
   * is there by then, and nobody reads its variables any more.
   */
  void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {}

  final void reluGradient(Pass pass, boolean relu, FMatrixRMaj dy) {
    if (relu) {
      pass.readsExamples();
      pass.kernels.reluGradient(y, dy);
      pass.wroteExamples();
    }
  }

  /** A dense layer, with the relu behind it. */
  static final class Dense extends Step {
    private final int at;
    private final boolean relu;

    Dense(Shape input, Shape output, int at, boolean relu) {
      super(input, output);
      this.at = at;
      this.relu = relu;
    }

    @Override
    FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsForDense(x.numRows);
      pass.kernels.dense(x, pass.w, at, relu, y);
      pass.wroteDense(x.numRows);
      return y;
    }

    @Override
    FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      reluGradient(pass, relu, dy);
      if (!inputGradient) {
        return dy;
      }
      pass.readsForDense(dy.numRows);
      pass.kernels.denseInputGradient(dy, pass.w, at, dx);
      pass.wroteDense(dy.numRows);
      return dx;
    }

    @Override
    void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      if (pass.update == null) {
        pass.kernels.denseGradient(x, dy, pass.gradient, at);
      } else {
        pass.kernels.denseUpdate(x, dy, pass.w, pass.gradient, at, pass.update);
      }
    }
  }

  /** A convolution, with the relu behind it. */
  static final class Convolve extends Step {
    private final Convolution sizes;
    private final int at;
    private final boolean relu;

    Convolve(Shape input, Shape output, Layer.Conv2D layer, int at, boolean relu) {
      super(input, output);
      boolean same = layer.padding() == Layer.Padding.SAME;
      sizes =
          new Convolution(
              input.height(),
              input.width(),
              input.channels(),
              layer.kernelHeight(),
              layer.kernelWidth(),
              same ? layer.kernelHeight() / 2 : 0,
              same ? layer.kernelWidth() / 2 : 0,
              output.height(),
              output.width(),
              layer.filters());
      this.at = at;
      this.relu = relu;
    }

    @Override
    FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      pass.kernels.convolve(sizes, x, pass.w, at, relu, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      reluGradient(pass, relu, dy);
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      pass.kernels.convolveInputGradient(sizes, dy, pass.w, at, dx);
      pass.wroteExamples();
      return dx;
    }

    @Override
    void learn(Pass pass, FMatrixRMaj x, FMatrixRMaj dy) {
      pass.kernels.convolveGradient(sizes, x, dy, pass.gradient, at);
    }
  }

  /** Max pooling. */
  static final class MaxPool extends Step {
    private final Pooling sizes;

    MaxPool(Shape input, Shape output, Layer.MaxPooling2D layer) {
      super(input, output);
      sizes =
          new Pooling(
              input.height(),
              input.width(),
              input.channels(),
              layer.poolHeight(),
              layer.poolWidth(),
              layer.strideHeight(),
              layer.strideWidth(),
              output.height(),
              output.width());
    }

    @Override
    FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      pass.kernels.maxPool(sizes, x, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!inputGradient) {
        return dy;
      }
      pass.readsExamples();
      pass.kernels.maxPoolGradient(sizes, x, y, dy, dx);
      pass.wroteExamples();
      return dx;
    }
  }

  /** A relu that could not be fused. */
  static final class Relu extends Step {
    Relu(Shape input, Shape output) {
      super(input, output);
    }

    @Override
    FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      pass.readsExamples();
      int to = pass.share.to(x.numRows) * x.numCols;
      for (int i = pass.share.from(x.numRows) * x.numCols; i < to; i++) {
        y.data[i] = Math.max(0, x.data[i]);
      }
      pass.wroteExamples();
      return y;
    }

    @Override
    FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      reluGradient(pass, true, dy);
      return dy;
    }
  }

  /** Dropout. Its input stays as it is: gradients of the step before may need what it gave. */
  static final class Dropout extends Step {
    private final int layer;
    private final double rate;
    private short[] kept = {};

    Dropout(Shape input, Shape output, int layer, double rate) {
      super(input, output);
      this.layer = layer;
      this.rate = rate;
    }

    @Override
    void reshape(int examples, boolean inputGradient) {
      super.reshape(examples, inputGradient);
      if (kept.length < y.getNumElements()) {
        kept = new short[y.getNumElements()];
      }
    }

    @Override
    FMatrixRMaj forward(Pass pass, FMatrixRMaj x) {
      if (!pass.masks.drops(rate)) {
        return x;
      }
      pass.readsExamples();
      pass.masks.draw(pass.kernels, pass.share, layer, rate, x.numRows, x.numCols, kept);
      pass.kernels.dropout(kept, Masks.scale(rate), x, y);
      pass.wroteExamples();
      return y;
    }

    @Override
    FMatrixRMaj backward(Pass pass, FMatrixRMaj x, FMatrixRMaj dy, boolean inputGradient) {
      if (!pass.masks.drops(rate)) {
        return dy;
      }
      pass.readsExamples();
      pass.kernels.dropout(kept, Masks.scale(rate), dy, dy);
      pass.wroteExamples();
      return dy;
    }
  }
}
