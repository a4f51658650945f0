package org.epochflow.model.format;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.epochflow.model.format.ModelReader.Member;
import org.epochflow.model.nn.Architecture;

/** A network as it would be read from its own JSON. */
final class Members {
  private Members() {}

  static ModelReader.Read of(Architecture network) {
    List<Member> members =
        IntStream.range(0, network.layers().size())
            .mapToObj(
                i ->
                    new Member(
                        network.layers().get(i).type(),
                        network.layers().get(i).name(),
                        true,
                        i,
                        Optional.empty()))
            .toList();
    return new ModelReader.Read(network, members);
  }
}
