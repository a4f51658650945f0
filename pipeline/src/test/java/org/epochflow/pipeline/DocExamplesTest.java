package org.epochflow.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The usage examples in the documentation of classes compile. */
final class DocExamplesTest {
  private static final Pattern EXAMPLE =
      Pattern.compile("<pre>\\{@code\n(.*?)\n \\* }</pre>", Pattern.DOTALL);

  /** What an example may use without declaring it. */
  private static final String SURROUNDINGS =
      """
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.List;
      import org.apache.beam.sdk.Pipeline;
      import org.apache.beam.sdk.options.PipelineOptions;
      import org.apache.beam.sdk.transforms.SerializableFunction;
      import org.apache.beam.sdk.values.KV;
      import org.apache.beam.sdk.values.PCollection;
      import org.epochflow.model.kernel.Kernels;
      import org.epochflow.model.metric.*;
      import org.epochflow.model.nn.*;
      import org.epochflow.model.nn.layer.Presets;
      import org.epochflow.model.nn.layer.augmentation.*;
      import org.epochflow.model.optim.schedule.*;
      import org.epochflow.model.predict.*;
      import org.epochflow.model.train.*;
      import org.epochflow.pipeline.data.*;
      import org.epochflow.pipeline.data.DataFiles.Part;
      import org.epochflow.pipeline.data.format.*;
      import org.epochflow.pipeline.evaluate.*;
      import org.epochflow.pipeline.execute.*;
      import org.epochflow.pipeline.predict.*;
      import org.epochflow.pipeline.run.*;
      import org.epochflow.pipeline.store.*;
      import org.epochflow.pipeline.train.*;

      class Usage {
        Architecture network;
        Pipeline pipeline;
        PipelineOptions options;
        PCollection<Example> examples;
        PCollection<BlockRow> rows;
        PCollection<KV<String, Image>> photos;
        Classifier classifier;
        PreparedData data;
        TrainingConfig config;
        TrainingState state;
        EpochPlan plan;
        byte[] pixels;
        String folder;

        void example() throws Exception {
      %s
        }
      }
      """;

  /** A file's example. */
  private record Example(String file, String code) {
    @Override
    public String toString() {
      return file;
    }
  }

  static List<Example> examples() throws IOException {
    List<Example> examples = new ArrayList<>();
    for (String module : List.of("../model", ".")) {
      try (Stream<Path> files = Files.walk(Path.of(module, "src/main/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
          Matcher example = EXAMPLE.matcher(Files.readString(file));
          while (example.find()) {
            String code = example.group(1).replaceAll("(?m)^ \\* ?", "");
            examples.add(new Example(String.valueOf(file.getFileName()), code));
          }
        }
      }
    }
    assertTrue(examples.size() > 7, "Expected examples, found " + examples);
    return examples;
  }

  @ParameterizedTest
  @MethodSource("examples")
  void compiles(Example example, @TempDir Path classes) {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    JavaFileObject source =
        new SimpleJavaFileObject(URI.create("string:///Usage.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return SURROUNDINGS.formatted(example.code());
          }
        };
    List<String> options =
        List.of(
            "-proc:none",
            "-d",
            classes.toString(),
            "-classpath",
            System.getProperty("java.class.path"));
    boolean compiled =
        compiler.getTask(messages, null, null, options, null, List.of(source)).call();
    assertEquals("", compiled ? "" : messages.toString());
  }
}
