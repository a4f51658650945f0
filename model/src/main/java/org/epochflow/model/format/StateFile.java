package org.epochflow.model.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ReadableByteChannel;
import org.epochflow.model.train.ModelState;

/**
 * A {@link ModelState} as it travels between the steps of an epoch: a {@link VectorFile} whose
 * header is the number of parameters, the number of slots, and the step; then the parameters and
 * each slot, float32.
 */
public final class StateFile {
  private static final VectorFile FORMAT =
      new VectorFile('E' | 'P' << 8 | 'S' << 16 | 'T' << 24, 3, 3, "a state");

  private StateFile() {}

  /** Writes the state in large pieces; the stream stays open. */
  public static void write(ModelState state, OutputStream out) throws IOException {
    VectorFile.Writer writer =
        FORMAT.writer(out, state.parameters().length, state.slots().size(), state.step());
    writer.put(state);
    writer.end();
  }

  /**
   * Reads a state up to its last byte; the channel stays open.
   *
   * @param file its name in messages
   * @throws org.epochflow.model.json.ModelFormatException if it is something else or damaged
   */
  public static ModelState read(ReadableByteChannel channel, String file) throws IOException {
    VectorFile.Reader reader = FORMAT.reader(channel, file);
    ModelState state =
        reader.model(Math.toIntExact(reader.header[0]), reader.header[1], reader.header[2]);
    reader.end();
    return state;
  }
}
