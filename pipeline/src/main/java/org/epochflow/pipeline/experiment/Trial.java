package org.epochflow.pipeline.experiment;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.epochflow.pipeline.store.RunFolder;

/**
 * One training of an experiment.
 *
 * @param number from 1
 * @param options those in which it differs from the others, by name, in order
 * @param run its folder
 */
public record Trial(int number, Map<String, String> options, RunFolder run) {
  public Trial {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }
}
