package org.epochflow.runners.verb;

import java.io.IOException;

/**
 * A verb of the command line. Its fields are its options, which picocli fills in; its {@code
 * Command} says what help shows: a sentence, whole command lines as examples, and the exit codes
 * that others do not have.
 */
public interface Verb {
  /** Does it, and returns the exit code: 0 done, 1 failed. */
  int run(Call call) throws IOException;
}
