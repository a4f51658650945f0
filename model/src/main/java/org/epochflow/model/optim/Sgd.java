package org.epochflow.model.optim;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.epochflow.model.json.Json;
import org.epochflow.model.kernel.Update;

/** Plain gradient descent: {@code w -= rate g}. It has no state. */
public record Sgd() implements Optimizer {
  @Override
  public String name() {
    return "sgd";
  }

  @Override
  public List<String> slots() {
    return List.of();
  }

  @Override
  public double defaultRate() {
    return 0.01;
  }

  @Override
  public Update step(List<float[]> slots, double rate, long t) {
    float change = (float) -rate;
    return (kernels, w, from, to, g, at) -> kernels.axpy(change, g, at, w, from, to);
  }

  @Override
  public KerasForm keras() {
    ObjectNode settings = Json.object();
    return new KerasForm("SGD", settings.put("momentum", 0.0).put("nesterov", false));
  }
}
