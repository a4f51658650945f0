package org.epochflow.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.optim.Adam;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;

/**
 * Keras's {@code compile_config}: with what Keras goes on training, as one replica, at one
 * replica's rate. Under server Adam that is plain gradient descent.
 */
final class CompileConfig {
  private CompileConfig() {}

  static ObjectNode write(TrainingConfig config) {
    boolean server = config.parallel().strategy() == Strategy.SERVER_ADAM;
    ObjectNode tree = Json.object();
    tree.set("optimizer", server ? sgd(config) : adam(config));
    tree.put("loss", "categorical_crossentropy").putNull("loss_weights");
    tree.putArray("metrics").add("accuracy");
    tree.putNull("weighted_metrics").put("run_eagerly", false);
    return tree.put("steps_per_execution", 1).put("jit_compile", false);
  }

  private static ObjectNode adam(TrainingConfig config) {
    ObjectNode adam = optimizer("adam", config);
    adam.put("beta_1", Adam.BETA_1).put("beta_2", Adam.BETA_2).put("epsilon", Adam.EPSILON);
    return KerasJson.object("keras.optimizers", "Adam", adam.put("amsgrad", false));
  }

  private static ObjectNode sgd(TrainingConfig config) {
    ObjectNode sgd = optimizer("SGD", config).put("momentum", 0.0).put("nesterov", false);
    return KerasJson.object("keras.optimizers", "SGD", sgd);
  }

  private static ObjectNode optimizer(String name, TrainingConfig config) {
    return Json.object()
        .put("name", name)
        .put("learning_rate", (double) (float) config.learningRate().base())
        .putNull("weight_decay")
        .putNull("clipnorm")
        .putNull("global_clipnorm")
        .putNull("clipvalue")
        .put("use_ema", false)
        .put("ema_momentum", 0.99)
        .putNull("ema_overwrite_frequency")
        .putNull("loss_scale_factor")
        .putNull("gradient_accumulation_steps");
  }
}
