package org.epochflow.pipeline.run;

import java.util.List;
import org.epochflow.model.train.TrainingState;
import org.epochflow.pipeline.data.DataSummary;
import org.epochflow.pipeline.execute.ProgressListener;

/** Watches a training. Listeners only observe: nothing they do changes a result. */
public interface TrainingListener extends ProgressListener {
  /** Before the first epoch of this process; a resumed run's state has a history already. */
  default void began(TrainingState state, DataSummary data) {}

  /** When checkpoints turned out to be damaged: their new names, after they were renamed. */
  default void setAside(List<String> damaged) {}

  /** Called before each epoch, with the state it starts from. */
  default void epochBegan(TrainingState state) {}

  /** After an epoch. */
  default void epochEnded(TrainingState state) {}

  /** After an epoch's checkpoint is saved, which may be while the next epoch trains. */
  default void epochSaved(TrainingState state) {}
}
