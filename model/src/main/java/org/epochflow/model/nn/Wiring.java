package org.epochflow.model.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ejml.data.FMatrixRMaj;
import org.jspecify.annotations.Nullable;

/**
 * The operations of a network, one after the other, and the tensors that each of them takes. Tensor
 * 0 is the network's input; each operation gives one more. An operation's gradients are computed
 * only if a variable that trains is at or before it.
 */
final class Wiring {
  private final List<Link> links = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final List<ActivityPenalty> penalties = new ArrayList<>();
  private final int output;

  /** Parameters from {@code from} to {@code to}, exclusive. */
  record Range(int from, int to) {}

  Wiring(Architecture architecture) {
    List<Layer> layers = architecture.layers();
    List<List<Shape>> shapes = architecture.inputShapes();
    List<List<Variable>> variables = architecture.variables();
    List<Shape> sizes = architecture.shapes();
    List<Tensor> outputs = new ArrayList<>(); // the network's input, then each layer's output
    outputs.add(tensor(false, sizes.get(0)));
    for (int i = 0; i < layers.size(); i++) {
      int first = i;
      List<Tensor> from = architecture.inputs().get(i).stream().map(outputs::get).toList();
      boolean frozen = architecture.frozen().contains(layers.get(i).name());
      Layer layer = frozen ? layers.get(i).frozen() : layers.get(i);
      if (layer instanceof Merge merge) {
        outputs.add(join(merge.join(shapes.get(i)), from, sizes.get(i + 1)));
        continue;
      }
      Computation computation = layer;
      Optional<Computation> fused = fused(architecture, layer, i);
      while (fused.isPresent()) {
        computation = fused.get();
        outputs.add(from.get(0)); // nobody takes it but the layer that is fused
        fused = fused(architecture, computation, ++i);
      }
      List<Operation> operations =
          new ArrayList<>(computation.bind(first, shapes.get(first).get(0), variables.get(first)));
      @Nullable Operation ending = null;
      if (i == layers.size() - 1 && architecture.ending() != Ending.LOGITS) {
        ending = operations.remove(operations.size() - 1); // it is computed together with the loss
      }
      if (!computation.activityRegularizer().isNone()) {
        ActivityPenalty penalty =
            new ActivityPenalty(sizes.get(i + 1), computation.activityRegularizer(), ending);
        penalties.add(penalty);
        operations.add(penalty);
      }
      boolean learns = !frozen && !variables.get(first).isEmpty();
      outputs.add(follow(operations, from.get(0), learns, sizes.get(i + 1)));
    }
    output = outputs.get(outputs.size() - 1).number;
  }

  /**
   * One computation of the layers up to number {@code last} and the next one, which alone takes its
   * output.
   */
  private static Optional<Computation> fused(
      Architecture architecture, Computation computation, int last) {
    int next = last + 1;
    boolean alone =
        next < architecture.layers().size()
            && architecture.inputs().get(next).equals(List.of(next))
            && architecture.inputs().stream().flatMap(List::stream).filter(n -> n == next).count()
                == 1;
    return alone ? computation.fused(architecture.layers().get(next)) : Optional.empty();
  }

  private Tensor join(Junction junction, List<Tensor> from, Shape output) {
    Tensor to = tensor(from.stream().anyMatch(tensor -> tensor.trained), output);
    for (Tensor tensor : from) {
      tensor.takers++;
      tensor.joined = true;
    }
    links.add(new Link.Several(junction, from, to));
    return to;
  }

  /** An operation within a layer gives what the next one alone takes. */
  private Tensor follow(List<Operation> operations, Tensor from, boolean learns, Shape output) {
    Tensor last = from;
    for (Operation operation : operations) {
      Tensor to = tensor(learns || from.trained, output);
      last.takers++;
      links.add(new Link.Single(operation, last, to, learns));
      last = to;
    }
    return last;
  }

  private Tensor tensor(boolean trained, Shape shape) {
    Tensor tensor = new Tensor(tensors.size(), trained, shape.size());
    tensors.add(tensor);
    return tensor;
  }

  /** What the layers' outputs of an example of the batch that ran last add to its loss. */
  double activityPenalty(int example) {
    double sum = 0;
    for (ActivityPenalty penalty : penalties) {
      sum += penalty.of(example);
    }
    return sum;
  }

  /**
   * What trains and no operation steps by itself; variables that lie side by side are one range.
   */
  List<Range> left(Architecture architecture) {
    List<Variable> left = new ArrayList<>(architecture.trained());
    for (Link link : links) {
      if (link instanceof Link.Single single && single.learns) {
        left.removeAll(single.operation.steps());
      }
    }
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

  /** Makes room for a batch. One thread calls it, before the others begin. */
  void reshape(int examples) {
    for (int i = 0; i < tensors.size(); i++) {
      tensors.get(i).reshape(examples);
    }
    for (int i = 0; i < links.size(); i++) {
      links.get(i).reshape(examples);
    }
  }

  /** The network's output for an input. Allocates nothing, not even iterators. */
  FMatrixRMaj forward(Pass pass, FMatrixRMaj input) {
    pass.values.clear();
    pass.values.add(input);
    for (int i = 0; i < links.size(); i++) {
      pass.values.add(links.get(i).forward(pass));
    }
    return pass.values.get(output);
  }

  /**
   * Computes all gradients from that of the output. An operation learns as soon as all that it
   * reads is computed: in a team, at the end.
   */
  void backward(Pass pass, FMatrixRMaj dOutput) {
    pass.gradients.clear();
    for (Tensor tensor : tensors) {
      pass.gradients.add(tensor.number == output ? dOutput : Pass.NONE);
    }
    int toLearn = links.size() - 1;
    for (int i = links.size() - 1; i >= 0; i--) {
      if (links.get(i).to.trained) {
        links.get(i).backward(pass);
      }
      if (i == 0) {
        pass.readsAll();
      }
      for (; toLearn >= i && pass.mayReadAll(); toLearn--) {
        if (links.get(toLearn).to.trained) {
          links.get(toLearn).learn(pass);
        }
      }
    }
  }
}
