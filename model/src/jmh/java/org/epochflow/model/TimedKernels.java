package org.epochflow.model;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.ejml.data.FMatrixRMaj;
import org.epochflow.model.kernel.Convolution;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.kernel.Pooling;

/** Kernels whose calls are timed, apart for each kernel and each shape. */
final class TimedKernels {
  private static final Set<String> UNTIMED = Set.of("name", "cutsExamples");

  private final Kernels kernels;
  private final Map<Key, Spent> calls = new LinkedHashMap<>();

  /** A kernel and the shape it works on. */
  private record Key(String name, Object sizes, int in, int out) {}

  /** What the calls of a kernel and a shape took, and how many GFLOP they were. */
  static final class Spent {
    final String label;
    long nanos;
    double gflop;

    private Spent(String label) {
      this.label = label;
    }
  }

  TimedKernels(Kernels kernels) {
    this.kernels = kernels;
  }

  /** The kernels to use. */
  Kernels kernels() {
    Class<?>[] type = {Kernels.class};
    return (Kernels) Proxy.newProxyInstance(type[0].getClassLoader(), type, this::call);
  }

  /** Each kernel and shape so far, in the order of their first calls. */
  Iterable<Spent> spent() {
    return calls.values();
  }

  void clear() {
    for (Spent spent : calls.values()) {
      spent.nanos = 0;
      spent.gflop = 0;
    }
  }

  private Object call(Object proxy, Method method, Object[] args) throws Throwable {
    long start = System.nanoTime();
    Object result;
    try {
      result = method.invoke(kernels, args);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
    long nanos = System.nanoTime() - start;
    if (!UNTIMED.contains(method.getName())) {
      add(method.getName(), args, nanos);
    }
    return result;
  }

  private void add(String name, Object[] args, long nanos) {
    Object sizes = args[0] instanceof Record ? args[0] : "";
    FMatrixRMaj first = null;
    FMatrixRMaj last = null;
    for (Object arg : args) {
      if (arg instanceof FMatrixRMaj matrix) {
        first = first == null ? matrix : first;
        last = matrix;
      }
    }
    int in = first == null ? 0 : first.numCols;
    int out = last == null ? 0 : last.numCols;
    Key key = new Key(name, sizes, in, out);
    Spent spent = calls.computeIfAbsent(key, any -> new Spent(label(key)));
    spent.nanos += nanos;
    if (sizes instanceof Convolution s) {
      int terms = name.startsWith("convolveDepthwise") ? s.places() : s.patch();
      spent.gflop += 2e-9 * first.numRows * s.positions() * terms * s.filters();
    } else if (name.startsWith("dense")) {
      spent.gflop += 2e-9 * first.numRows * in * out;
    }
  }

  private static String label(Key key) {
    if (key.sizes instanceof Convolution s) {
      return "%s %dx%dx%d to %d"
          .formatted(key.name, s.height(), s.width(), s.channels(), s.filters());
    }
    if (key.sizes instanceof Pooling s) {
      return "%s %dx%dx%d".formatted(key.name, s.height(), s.width(), s.channels());
    }
    return key.in == 0 ? key.name : "%s %d, %d".formatted(key.name, key.in, key.out);
  }
}
