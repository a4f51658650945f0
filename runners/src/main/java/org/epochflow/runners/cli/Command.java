package org.epochflow.runners.cli;

import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * A verb of the command line.
 *
 * @param summary one sentence
 * @param examples whole command lines, for help
 */
record Command<O extends PipelineOptions>(
    String name, String summary, Class<O> options, List<String> examples, Body<O> body) {
  Command {
    examples = List.copyOf(examples);
  }

  /** What the verb does. */
  interface Body<O extends PipelineOptions> {
    /** Returns the exit code: 0 done, 1 failed. */
    int run(Call<O> call) throws IOException;
  }
}
