package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.execute.Execution;
import org.epochflow.pipeline.run.Conversion;
import org.epochflow.pipeline.run.DataLook;
import org.epochflow.runners.option.ClusterOptions;
import org.epochflow.runners.option.DataOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UnusableRecordsOptions;
import org.epochflow.runners.request.ExampleFiles;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.terminal.TerminalListener;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow convert}. */
@Command(
    name = "convert",
    description =
        "Write a data set of any format as IDX files, as pictures or as an .npz file. They train the"
            + " same bits",
    footer = {
      "epochflow convert --data=photos --testSplit=0.2 --imageSize=28x28 --output=idx",
      "epochflow convert --data=DIR --format=png --output=pictures",
      "epochflow convert --data=DIR --format=npz --output=numpy"
    })
final class ConvertVerb implements Verb {
  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder for the files; those of the same names are replaced")
  String output = "";

  @Option(
      names = "--format",
      description =
          "idx: four gzipped files under MNIST's names; png: train/CLASS/000001.png, numbered in the"
              + " order of the examples; npz: data.npz with Keras's names of arrays")
  @Takes(words = {"idx", "png", "npz"})
  String format = "idx";

  @Mixin final DataOptions data = new DataOptions();
  @Mixin final UnusableRecordsOptions unusable = new UnusableRecordsOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    DataFiles files = ExampleFiles.found(data);
    Conversion.Format asked = Conversion.Format.valueOf(format.toUpperCase(Locale.ROOT));
    String folder = Location.absolute(output);
    List<String> names;
    try (TerminalListener terminal = call.terminal()) {
      Execution execution = call.connect(new ClusterOptions(), output, terminal);
      names =
          DataLook.take(
              execution,
              files,
              unusable.maxRejected,
              folder,
              prepared -> new Conversion(prepared, folder).write(asked));
    }
    names.forEach(name -> call.out().println(output + "/" + name));
    return 0;
  }
}
