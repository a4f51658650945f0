package org.epochflow.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.epochflow.model.json.Json;
import org.epochflow.model.json.KerasJson;
import org.epochflow.model.optim.CommonSettings;
import org.epochflow.model.optim.Optimizer.KerasForm;
import org.epochflow.model.train.TrainingConfig;

/**
 * Keras's {@code compile_config}: what Keras resumes training with, as one replica, at one
 * replica's rate, which it keeps.
 */
final class CompileConfig {
  private CompileConfig() {}

  static ObjectNode write(TrainingConfig config) {
    ObjectNode tree = Json.object();
    tree.set("optimizer", optimizer(config));
    tree.set("loss", KerasLoss.write(config));
    tree.putNull("loss_weights");
    tree.putArray("metrics").add("accuracy");
    tree.putNull("weighted_metrics").put("run_eagerly", false);
    return tree.put("steps_per_execution", 1).put("jit_compile", false);
  }

  private static ObjectNode optimizer(TrainingConfig config) {
    KerasForm form = config.optimizer().keras();
    ObjectNode settings =
        Json.object()
            .put("name", config.optimizer().name())
            .put("learning_rate", (double) (float) config.learningRate().base());
    CommonSettings common = config.optimizer().common();
    put(settings, "weight_decay", common.weightDecay());
    put(settings, "clipnorm", common.clipnorm());
    put(settings, "global_clipnorm", common.globalClipnorm());
    put(settings, "clipvalue", common.clipvalue());
    settings
        .put("use_ema", false)
        .put("ema_momentum", 0.99)
        .putNull("ema_overwrite_frequency")
        .putNull("loss_scale_factor")
        .putNull("gradient_accumulation_steps");
    settings.setAll(form.settings());
    return KerasJson.object("keras.optimizers", form.className(), settings);
  }

  /** What is 0 here is null in Keras. */
  private static void put(ObjectNode settings, String name, double value) {
    if (value == 0) {
      settings.putNull(name);
    } else {
      settings.put(name, value);
    }
  }
}
