package org.epochflow.model.kernel;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.vector.VectorKernels;
import org.epochflow.model.parallel.Share;
import org.epochflow.model.parallel.Team;

/**
 * The arithmetic of training, in float32.
 *
 * <p>Tensors are matrices with one example a row, images NHWC. Weights and gradients lie in flat
 * vectors: a layer's weights start at {@code at}, and its bias, if any, follows them. A result
 * depends on nothing but the arguments, down to the bits; two implementations differ in the last
 * digits.
 *
 * <p>An instance owns its scratch memory and is for one thread. It computes its {@link Share} of
 * every output and leaves the rest alone. A share is some of the examples or some of the
 * parameters; in a dense layer it may be some values of every example, see {@link #cutsExamples}.
 * No sum is split, so the bits are those of a single instance that computes everything.
 */
public interface Kernels {
  /** What {@code --kernels} calls this implementation. */
  String name();

  /**
   * Whether its share of a dense layer's outputs is some of the examples, each complete. If not,
   * its share is some values of every example, and it reads the complete input of every example.
   */
  boolean cutsExamples(int examples);

  /**
   * {@code x = pixels / divisor}: {@code length} unsigned bytes from {@code from}, written to
   * {@code x} from {@code to}. Ignores the share: the caller has split the work.
   */
  void normalize(byte[] pixels, int from, int length, float divisor, float[] x, int to);

  /**
   * {@code y = x w + b}, then {@code max(y, 0)} if {@code relu}; {@code w: [x.cols x y.cols]}.
   *
   * @param biased whether a bias follows the weights, here and below
   */
  void dense(FMatrixRMaj x, float[] w, int at, boolean biased, boolean relu, FMatrixRMaj y);

  /**
   * {@code dW = x' dy}, {@code db = sum of dy's rows}, both into {@code gradient} at {@code at}.
   */
  void denseGradient(FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at, boolean biased);

  /**
   * {@link #denseGradient}, and {@code update} with it, in one go. The layer's places in {@code
   * gradient} are scratch memory: what they hold afterwards is undefined.
   */
  void denseUpdate(
      FMatrixRMaj x,
      FMatrixRMaj dy,
      float[] w,
      float[] gradient,
      int at,
      boolean biased,
      Update update);

  /** {@code dx = dy w'}. */
  void denseInputGradient(FMatrixRMaj dy, float[] w, int at, boolean biased, FMatrixRMaj dx);

  /** {@code y = x * w + b} (cross-correlation), then {@code max(y, 0)} if {@code relu}. */
  void convolve(Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y);

  /** The gradients of the weights and the bias, into {@code gradient} at {@code at}. */
  void convolveGradient(Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at);

  /** The gradient of the convolution's input. */
  void convolveInputGradient(Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx);

  /**
   * {@link #convolve}, then {@link #maxPool} by windows of 2x2 side by side, of which none leaves
   * the outputs and none is left over: see {@link Convolution#underWindows}.
   *
   * @param largest gets which of its window's values each output is, counted from 0 row by row
   */
  void convolveAndPool(
      Convolution sizes,
      FMatrixRMaj x,
      float[] w,
      int at,
      boolean relu,
      FMatrixRMaj y,
      FMatrixRMaj largest);

  /** {@link #convolveGradient} for the gradient of the pooled outputs. */
  void convolveAndPoolGradient(
      Convolution sizes,
      FMatrixRMaj x,
      FMatrixRMaj dy,
      FMatrixRMaj largest,
      float[] gradient,
      int at);

  /** {@link #convolveInputGradient} for the gradient of the pooled outputs. */
  void convolveAndPoolInputGradient(
      Convolution sizes, FMatrixRMaj dy, FMatrixRMaj largest, float[] w, int at, FMatrixRMaj dx);

  /** {@link #convolve} where each channel has filters of its own: see {@link Convolution}. */
  void convolveDepthwise(
      Convolution sizes, FMatrixRMaj x, float[] w, int at, boolean relu, FMatrixRMaj y);

  /** {@link #convolveGradient} of a depthwise convolution. */
  void convolveDepthwiseGradient(
      Convolution sizes, FMatrixRMaj x, FMatrixRMaj dy, float[] gradient, int at);

  /** {@link #convolveInputGradient} of a depthwise convolution. */
  void convolveDepthwiseInputGradient(
      Convolution sizes, FMatrixRMaj dy, float[] w, int at, FMatrixRMaj dx);

  /** {@code dy = 0} wherever {@code y <= 0}, in place. */
  void reluGradient(FMatrixRMaj y, FMatrixRMaj dy);

  /**
   * Draws which of an example's values dropout keeps: {@code kept} is -1, all bits set, where a
   * value's 16 bits of a random stream reach {@code threshold}, else 0. Each number of the stream,
   * {@code CounterRandom.at(stream, 0)} and so on, decides four values, its lowest bits the first.
   * Ignores the share.
   *
   * @param from index of the example's first value in {@code kept}; {@code to} is one past its last
   * @param room index up to which it may overwrite {@code kept} with arbitrary values
   */
  void keep(long stream, int threshold, short[] kept, int from, int to, int room);

  /** {@code y = scale x} where {@code kept} is -1, and {@code y = 0} where it is 0. */
  void dropout(short[] kept, float scale, FMatrixRMaj x, FMatrixRMaj y);

  /** {@code y} = the largest value of each window, per channel. */
  void maxPool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y);

  /** {@code dx = dy} at each window's first largest value, summed where windows overlap; else 0. */
  void maxPoolGradient(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y, FMatrixRMaj dy, FMatrixRMaj dx);

  /** {@code y} = the sum of each window, per channel, divided by how many values it has. */
  void averagePool(Pooling sizes, FMatrixRMaj x, FMatrixRMaj y);

  /** {@code dx} = the sum of {@code dy / values} of the windows that a value is in. */
  void averagePoolGradient(Pooling sizes, FMatrixRMaj dy, FMatrixRMaj dx);

  /**
   * Of each example and channel, the mean of its values and the sum of the squares of what they are
   * off it, into {@code moments [examples x 2 x channels]}, the means first. Channels are the last
   * dimension: {@code x [examples x positions x channels]}.
   */
  void moments(FMatrixRMaj x, int channels, float[] moments);

  /**
   * {@code y = (x - center) scale + shift} by channel, then {@code max(y, 0)} if {@code relu};
   * {@code y} may be {@code x}.
   */
  void affine(FMatrixRMaj x, Channels by, boolean relu, FMatrixRMaj y);

  /**
   * Of each example and channel, the sums of {@code dy} and of {@code dy (x - center)}, into {@code
   * sums [examples x 2 x channels]}. If {@code relu}, first {@code dy = 0} wherever {@link #affine}
   * let nothing through, in place.
   */
  void affineSums(Channels by, boolean relu, FMatrixRMaj x, FMatrixRMaj dy, float[] sums);

  /** {@code dx = factor dy + (x - center) scale + shift} by channel. */
  void affineGradient(float[] factor, Channels by, FMatrixRMaj x, FMatrixRMaj dy, FMatrixRMaj dx);

  /**
   * {@code y = e^x}, from {@code from} to {@code to}, exclusive; {@code y} may be {@code x}. Off by
   * little more than a unit in the last place. Ignores the share: the caller has split the work.
   */
  void exp(float[] x, float[] y, int from, int to);

  /** Each row of {@code logits} becomes its softmax, in place. */
  void softmax(FMatrixRMaj logits);

  /**
   * {@code w -= rate m / (sqrt(v) + epsilon)} after {@code m += (g - m)(1 - beta1)} and {@code v +=
   * (g^2 - v)(1 - beta2)}. See {@code Adam}. A first moment below {@link AdamStep#LEAST_FIRST}
   * becomes 0, and a square or a second moment below the smallest normal float. Without that,
   * moments of rare gradients would decay to subnormal floats, or to such as give subnormal
   * products, and a CPU takes ten to a hundred times as long for those. No weight changes by it.
   *
   * <p>Ignores the share: the caller has split the work.
   *
   * @param from index of the first parameter to step; {@code to} is one past the last
   * @param g their gradient, which starts at {@code at}
   */
  void adam(float[] w, int from, int to, float[] g, int at, AdamStep step);

  /**
   * One step of Adam.
   *
   * @param m the first moments of all parameters; {@code v} the second moments. The step changes
   *     both
   * @param rate the learning rate, with the bias correction applied
   */
  record AdamStep(
      float[] m, float[] v, float rate, float oneMinusBeta1, float oneMinusBeta2, float epsilon) {
    /** The least first moment: times a rate, it is no subnormal float. */
    public static final float LEAST_FIRST = 0x1p-100f;

    /** The least gradient whose square is no subnormal float. */
    public static final float LEAST_ROOT = 0x1p-63f;

    /** A first moment, or 0 for one below {@link #LEAST_FIRST}. */
    public static float first(float moment) {
      return Math.abs(moment) < LEAST_FIRST ? 0 : moment;
    }

    /** The square of a gradient, or 0 for a subnormal one. */
    public static float square(float gradient) {
      return Math.abs(gradient) < LEAST_ROOT ? 0 : gradient * gradient;
    }

    /** A second moment, or 0 for a subnormal one. */
    public static float second(float moment) {
      return Math.abs(moment) < Float.MIN_NORMAL ? 0 : moment;
    }
  }

  /**
   * {@code y += a x}, for {@code y} from {@code from} to {@code to}, exclusive, and {@code x} from
   * {@code at}. Ignores the share: the caller has split the work.
   */
  void axpy(float a, float[] x, int at, float[] y, int from, int to);

  /** The names {@link #named} takes. */
  Set<String> NAMES = Set.of(VectorKernels.NAME, EjmlKernels.NAME);

  /** The name of the fastest implementation that runs in this JVM. */
  static String auto() {
    return VectorModule.isFast() ? VectorKernels.NAME : EjmlKernels.NAME;
  }

  /** The number of threads that an implementation can use, of {@code most}. */
  static int threads(String name, int most) {
    return name.equals(VectorKernels.NAME) ? most : 1;
  }

  /** A new instance of an implementation that computes everything. */
  static Kernels named(String name) {
    return named(name, Share.ALL);
  }

  /** A new instance for each member of a team, with its share. */
  static List<Kernels> named(String name, Team team) {
    return IntStream.range(0, team.size())
        .mapToObj(member -> named(name, team.share(member)))
        .toList();
  }

  /**
   * Returns a new instance of an implementation.
   *
   * @param share the part of every output that it computes
   * @throws IllegalArgumentException if there is none of that name
   * @throws KernelsUnavailableException if this JVM cannot run it
   */
  static Kernels named(String name, Share share) {
    return switch (name) {
      case VectorKernels.NAME -> VectorModule.kernels(share);
      case EjmlKernels.NAME -> new EjmlKernels(share);
      default ->
          throw new IllegalArgumentException(
              "Expected kernels of %s, found %s".formatted(NAMES, name));
    };
  }
}
