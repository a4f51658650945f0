package org.epochflow.runners.cli;

import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What Beam and the libraries log (by SLF4J to java.util.logging) is for those who ask. */
final class Logging {
  private static final Logger ROOT = Logger.getLogger("");

  /** Those that log what our own messages say, with a stack of calls. */
  private static final List<Logger> REPEATING =
      List.of(
          Logger.getLogger("org.apache.flink"), Logger.getLogger("org.apache.beam.runners.flink"));

  /** Those that tell every step of theirs, in hundreds of lines an epoch. */
  private static final List<Logger> CHATTY =
      List.of(
          Logger.getLogger("io.jhdf"),
          Logger.getLogger("org.apache.beam.runners.flink.FlinkBatchPipelineTranslator"));

  /** The one that logs the errors that {@code DirectExecution} tells. */
  private static final Logger TOLD =
      Logger.getLogger("org.apache.beam.runners.direct.DirectTransformExecutor");

  private Logging() {}

  /**
   * Severe messages alone reach standard error; a configuration file of one's own decides alone.
   */
  static void configure(boolean verbose) {
    if (System.getProperty("java.util.logging.config.file") == null) {
      Level level = verbose ? Level.INFO : Level.SEVERE;
      ROOT.setLevel(level);
      REPEATING.forEach(logger -> logger.setLevel(verbose ? null : Level.OFF));
      TOLD.setUseParentHandlers(verbose);
      CHATTY.forEach(logger -> logger.setLevel(verbose ? Level.WARNING : null));
      Arrays.stream(ROOT.getHandlers()).forEach(handler -> handler.setLevel(level));
    }
  }
}
