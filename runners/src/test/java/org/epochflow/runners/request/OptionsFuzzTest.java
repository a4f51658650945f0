package org.epochflow.runners.request;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.epochflow.pipeline.experiment.Space;
import org.epochflow.runners.option.ConfigOptions;
import org.epochflow.runners.option.UsageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Any words are options, or are refused in a line. */
@Timeout(value = 60, threadMode = SEPARATE_THREAD)
final class OptionsFuzzTest {
  /** Of a fuzzer's input this much counts: it is slow with longer ones, and finds no more. */
  private static final int MOST_FUZZED = 300;

  private static final CommandLine OPTIONS = new CommandLine(new ConfigOptions());

  static List<byte[]> words() {
    return bytes(
        "--data=d\n--epochs=5\n--learningRate=1e-3\n--stratified\n--model=mlp",
        "--augment=flip,rotate=10\n--augment=zoom=\n--augment=,+",
        "--epochs\n5\n--epochs=6\n-e\n--\n@file\n=\n--=\n--data=",
        "--schedule=steps:cosine:warmup=1e999;restarts=9\n--reduceOnPlateau=factor=0.1,patience=",
        "--schedule=piecewise:values=1/0.1/,boundaries=\n--schedule\n--clipnorm=1",
        "--learningRate=1e999999999\n--validationSplit=NaN\n--batchSize=2147483648\n--seed="
            + "9".repeat(50));
  }

  static List<byte[]> files() {
    return bytes(
        "{\"model\": \"mlp\", \"epochs\": 5, \"tune\": [\"dropout=0,0.25\", true, 1e3]}",
        "{\"a\":".repeat(9) + "1" + "}".repeat(9),
        "{\"epochs\": 1" + "0".repeat(50) + "}",
        "");
  }

  static List<byte[]> spaces() {
    return bytes(
        "dropout=0,0.25\nlearningRate=0.0001..0.01:log\nbatchSize=16..128",
        "learningRate=1e-999999999..1e999999999\nepochs=1..2147483647",
        "dropout=\n=\n..\nmomentum=0..1:log");
  }

  private static List<byte[]> bytes(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
  }

  private static String fuzzed(byte[] bytes) {
    return new String(bytes, 0, Math.min(bytes.length, MOST_FUZZED), StandardCharsets.UTF_8);
  }

  private static void survive(Runnable parse) {
    try {
      parse.run();
    } catch (UsageException e) {
      assertTrue(!String.valueOf(e.getMessage()).isBlank());
    }
  }

  @MethodSource("words")
  @FuzzTest
  void options(byte[] bytes) {
    surviveOptions(fuzzed(bytes));
  }

  private static void surviveOptions(String words) {
    survive(() -> Arguments.parse(OPTIONS, List.of(words.split("\n", -1))));
  }

  @MethodSource("files")
  @FuzzTest
  void optionsFile(byte[] bytes) {
    surviveFile(fuzzed(bytes));
  }

  private static void surviveFile(String file) {
    survive(() -> OptionsFile.parse(file));
  }

  @MethodSource("spaces")
  @FuzzTest
  void space(byte[] bytes) {
    survive(
        () -> {
          Space space = Spaces.parse(List.of(fuzzed(bytes).split("\n", -1)), 3, Set.of());
          space.gridSize();
          space.random(3, 1);
        });
  }

  /** Not among the seeds, since a fuzzer makes its inputs as long as they are. */
  @Test
  void longWordsAreReadOrRefused() {
    String digits = "9".repeat(5_000);
    List.of("--seed=" + digits, "--learningRate=" + digits, "--data=" + digits)
        .forEach(OptionsFuzzTest::surviveOptions);
    List.of(
            "[".repeat(100_000),
            "{\"a\":".repeat(900) + "1" + "}".repeat(900),
            "{\"epochs\": 1" + digits + "}")
        .forEach(OptionsFuzzTest::surviveFile);
  }

  @Test
  void damagedWordsAreReadOrRefused() {
    Random random = new Random(1);
    for (int i = 0; i < 3_000; i++) {
      options(damaged(words().get(i % 3), random));
      optionsFile(damaged(files().get(0), random));
      space(damaged(spaces().get(i % 3), random));
    }
  }

  private static byte[] damaged(byte[] seed, Random random) {
    byte[] damaged = seed.clone();
    for (int changes = random.nextInt(4); changes >= 0; changes--) {
      damaged[random.nextInt(damaged.length)] = (byte) (' ' + random.nextInt(95));
    }
    return damaged;
  }
}
