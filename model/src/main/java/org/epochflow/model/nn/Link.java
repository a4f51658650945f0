package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import org.ejml.data.FMatrixRMaj;

/** An operation or a junction at its place. */
abstract class Link {
  final Tensor to;

  Link(Tensor to) {
    this.to = to;
  }

  abstract void reshape(int examples);

  abstract FMatrixRMaj forward(Pass pass);

  /** Gives the gradients of what it takes. */
  abstract void backward(Pass pass);

  abstract void learn(Pass pass);

  /** An operation, which takes one tensor. */
  static final class Single extends Link {
    final Operation operation;
    final Tensor from;
    final boolean learns;

    Single(Operation operation, Tensor from, Tensor to, boolean learns) {
      super(to);
      this.operation = operation;
      this.from = from;
      this.learns = learns;
    }

    @Override
    void reshape(int examples) {
      operation.reshape(examples, from.trained);
    }

    @Override
    FMatrixRMaj forward(Pass pass) {
      return operation.forward(pass, from.value(pass));
    }

    @Override
    void backward(Pass pass) {
      FMatrixRMaj dy = to.gradient(pass);
      FMatrixRMaj dx = operation.backward(pass, from.value(pass), dy, from.trained);
      if (from.trained) {
        from.give(pass, dx, true);
      }
    }

    @Override
    void learn(Pass pass) {
      if (learns) {
        operation.learn(pass, from.value(pass), to.gradient(pass));
      }
    }
  }

  /** A junction of several tensors. */
  static final class Several extends Link {
    private final Junction junction;
    private final List<Tensor> from;

    Several(Junction junction, List<Tensor> from, Tensor to) {
      super(to);
      this.junction = junction;
      this.from = from;
    }

    @Override
    void reshape(int examples) {
      junction.reshape(examples);
    }

    private List<FMatrixRMaj> values(Pass pass) {
      List<FMatrixRMaj> values = new ArrayList<>(from.size());
      for (Tensor tensor : from) {
        values.add(tensor.value(pass));
      }
      return values;
    }

    @Override
    FMatrixRMaj forward(Pass pass) {
      pass.readsExamples();
      List<FMatrixRMaj> xs = values(pass);
      int rows = xs.get(0).numRows;
      junction.forward(xs, pass.share().from(rows), pass.share().to(rows));
      pass.wroteExamples();
      return junction.output();
    }

    @Override
    void backward(Pass pass) {
      FMatrixRMaj dy = to.gradient(pass);
      List<FMatrixRMaj> xs = values(pass);
      int first = pass.share().from(dy.numRows);
      int last = pass.share().to(dy.numRows);
      pass.readsExamples();
      boolean given = false;
      for (int i = 0; i < from.size(); i++) {
        Tensor tensor = from.get(i);
        if (tensor.trained) {
          FMatrixRMaj dx = junction.backward(xs, dy, i, first, last);
          pass.wroteExamples();
          boolean free = dx != dy || !given;
          tensor.give(pass, dx, free);
          given |= free && dx == dy && tensor.takers == 1;
        }
      }
    }

    @Override
    void learn(Pass pass) {}
  }
}
