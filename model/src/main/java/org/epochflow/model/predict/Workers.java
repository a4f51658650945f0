package org.epochflow.model.predict;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.kernel.Kernels;
import org.epochflow.model.nn.Network;
import org.jspecify.annotations.Nullable;

/**
 * Networks of one model for threads that classify at the same time. As many as there are processors
 * are kept, without locks; a thread that finds none gets a new one.
 */
final class Workers {
  private final SavedModel model;
  private final String kernels;

  /** Those that no thread uses at the moment; each thread looks at another place first. */
  private final AtomicReferenceArray<@Nullable Worker> idle =
      new AtomicReferenceArray<>(Runtime.getRuntime().availableProcessors());

  /** A network with room for its inputs, for one thread at a time. */
  static final class Worker {
    private final Kernels kernels;
    private final Network network;
    private float[] x = {};

    Worker(SavedModel model, Kernels kernels) {
      this.kernels = kernels;
      network = new Network(model.architecture(), kernels, model.parameters());
    }

    Kernels kernels() {
      return kernels;
    }

    Network network() {
      return network;
    }

    float[] inputs(int size) {
      if (x.length < size) {
        x = new float[size];
      }
      return x;
    }
  }

  Workers(SavedModel model, String kernels) {
    this.model = model;
    this.kernels = kernels;
    release(worker());
  }

  Worker take() {
    int places = idle.length();
    int own = place();
    for (int i = 0; i < places; i++) {
      Worker free = idle.getAndSet((own + i) % places, null);
      if (free != null) {
        return free;
      }
    }
    return worker();
  }

  /** Gives one back; it is dropped if enough are kept. */
  void release(Worker worker) {
    int places = idle.length();
    int own = place();
    for (int i = 0; i < places; i++) {
      if (idle.compareAndSet((own + i) % places, null, worker)) {
        return;
      }
    }
  }

  /** Where this thread looks first. */
  private int place() {
    return (int) (Thread.currentThread().getId() % idle.length());
  }

  private Worker worker() {
    return new Worker(model, Kernels.named(kernels));
  }
}
