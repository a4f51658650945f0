package org.epochflow.runners.verb;

import java.io.IOException;
import java.util.List;
import org.epochflow.export.onnx.OnnxFile;
import org.epochflow.model.format.KerasFile;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Preprocessing.Scale;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.option.ClassNamesOptions;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.PixelsOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.request.NamedClasses;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow export}. */
@Command(
    name = "export",
    description = "Write a model as a file that other programs run: ONNX, or Keras without state",
    footer = {
      "epochflow export --model=runs/0001-softmax --output=model.onnx",
      "epochflow export --model=runs/0003-cnn --rawBytes --output=cnn.onnx",
      "epochflow export --model=runs/0003-cnn --format=keras --output=cnn.keras"
    })
final class ExportVerb implements Verb {
  private static final String ONNX = "onnx";

  @Option(
      names = "--model",
      required = true,
      paramLabel = "FILE|RUN",
      description = "Model to export: a .keras file or a run's folder")
  String model = "";

  @Option(
      names = "--format",
      description =
          "onnx for ONNX Runtime and others, of opset 13, which gives probabilities; keras for a"
              + " .keras file of the network and its weights alone")
  @Takes(words = {ONNX, "keras"})
  String format = ONNX;

  @Option(
      names = "--rawBytes",
      description =
          "Have the ONNX file take the pixels as bytes (uint8, NHWC) and normalise them itself, as"
              + " the model was trained. Otherwise it takes normalised inputs (float32)")
  boolean rawBytes;

  @Option(names = "--output", required = true, paramLabel = "FILE", description = "File to write")
  String output = "";

  @Mixin final PixelsOptions pixels = new PixelsOptions();
  @Mixin final ClassNamesOptions classNames = new ClassNamesOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    boolean onnx = format.equals(ONNX);
    if (!onnx && (rawBytes || classNames.classNames != null)) {
      throw new UsageException(
          "Expected --format=onnx with --%s, found --format=keras"
              .formatted(rawBytes ? "rawBytes" : "classNames"));
    }
    String from = Models.file(model);
    String to = Location.absolute(output);
    if (to.equals(from)) {
      throw new UsageException("Expected --output to be another file than the model, found " + to);
    }
    SavedModel saved = pixels.of(ModelFile.read(from));
    if (onnx) {
      List<String> names = NamedClasses.of(classNames.classNames, saved.classNames());
      OnnxFile.Input input = rawBytes ? OnnxFile.Input.RAW_BYTES : OnnxFile.Input.NORMALIZED;
      Storage.write(to, out -> OnnxFile.write(saved, names, input, out));
    } else {
      Storage.write(to, out -> KerasFile.writePlain(saved, out));
      if (saved.preprocessing().scale() != Scale.ZERO_TO_ONE) {
        call.tell(
            "the .keras file does not say that its inputs are pixels of the scale "
                + saved.preprocessing().scale().word());
      }
    }
    call.out().println(output);
    return 0;
  }
}
