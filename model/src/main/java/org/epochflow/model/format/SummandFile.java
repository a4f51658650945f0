package org.epochflow.model.format;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.epochflow.model.metric.Tally;
import org.epochflow.model.train.ModelState;
import org.epochflow.model.train.PartialSum;
import org.epochflow.model.train.ReplicaResult;
import org.epochflow.model.train.Summand;

/**
 * A {@link Summand} as it travels from the replicas to their average: a {@link VectorFile} whose
 * header is the number of values in a vector, the number of vectors, the node's level and index,
 * the step, the four counts of its tally, and 1 for the result of one replica; then the vectors,
 * float32 of one replica, else float64.
 */
public final class SummandFile {
  private static final VectorFile FORMAT =
      new VectorFile('E' | 'P' << 8 | 'S' << 16 | 'U' << 24, 1, 10, "a sum of models");

  private SummandFile() {}

  /** Writes the node in large pieces; the stream stays open. */
  public static void write(Summand node, OutputStream out) throws IOException {
    if (node instanceof ReplicaResult result) {
      ModelState model = result.model();
      int vectors = 1 + model.slots().size();
      VectorFile.Writer writer = writer(node, model.parameters().length, vectors, 1, out);
      writer.put(model);
      writer.end();
    } else if (node instanceof PartialSum sum) {
      int length = sum.vectors().isEmpty() ? 0 : sum.vectors().get(0).length;
      VectorFile.Writer writer = writer(node, length, sum.vectors().size(), 0, out);
      for (double[] vector : sum.vectors()) {
        writer.put(vector);
      }
      writer.end();
    }
  }

  private static VectorFile.Writer writer(
      Summand node, int length, int vectors, int single, OutputStream out) throws IOException {
    Tally tally = node.tally();
    return FORMAT.writer(
        out,
        length,
        vectors,
        node.level(),
        node.index(),
        node.step(),
        tally.examples(),
        tally.correct(),
        tally.lossUnits(),
        tally.nonFinite(),
        single);
  }

  /**
   * Reads a node up to its last byte; the channel stays open.
   *
   * @param file its name in messages
   * @throws org.epochflow.model.json.ModelFormatException if it is something else or damaged
   */
  public static Summand read(ReadableByteChannel channel, String file) throws IOException {
    VectorFile.Reader reader = FORMAT.reader(channel, file);
    long[] header = reader.header;
    int length = Math.toIntExact(header[0]);
    Tally tally = new Tally(header[5], header[6], header[7], header[8]);
    int index = (int) header[3];
    Summand node;
    if (header[9] == 1) {
      node = new ReplicaResult(index, reader.model(length, header[1] - 1, header[4]), tally);
    } else {
      List<double[]> vectors = new ArrayList<>();
      while (vectors.size() < header[1]) {
        vectors.add(reader.doubles(length));
      }
      node = new PartialSum((int) header[2], index, vectors, header[4], tally);
    }
    reader.end();
    return node;
  }
}
