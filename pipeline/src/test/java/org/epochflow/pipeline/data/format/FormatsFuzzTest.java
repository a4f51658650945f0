package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.epochflow.pipeline.SmallData;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes are examples of a format, or are refused in a line. */
@Timeout(value = 120, threadMode = SEPARATE_THREAD)
final class FormatsFuzzTest {
  private final Path folder;

  FormatsFuzzTest(@TempDir Path folder) {
    this.folder = folder;
  }

  static List<byte[]> tables() {
    return Stream.of(
            "label,p1,p2,p3,p4\n1,0,255,3,4\n2,1,1,1,1\n",
            "1,0,255,3,4\r\n\"2\",1,1,1.0,1",
            "\uFEFFclass,a,b,c,d\n,,,,\n300,-1,x,2,3\n1,2",
            "label,\"a\nb\",c,d,e\n1,2,3,4,5")
        .map(rows -> rows.getBytes(StandardCharsets.UTF_8))
        .toList();
  }

  static List<byte[]> pictureFiles() throws IOException {
    return contents("pictures", ".*\\.(png|jpg|bmp|gif)");
  }

  static List<byte[]> parquetFiles() throws IOException {
    return contents("parquet", ".*(zstd|snappy|broken|texts).*\\.parquet");
  }

  private static List<byte[]> contents(String data, String names) throws IOException {
    List<byte[]> contents = new ArrayList<>();
    try (Stream<Path> files = Files.walk(SmallData.testdata(data))) {
      for (Path file : files.filter(f -> f.toString().matches(names)).sorted().toList()) {
        contents.add(Files.readAllBytes(file));
      }
    }
    return contents;
  }

  static List<byte[]> batches() {
    return List.of(new byte[3073], new byte[2 * 3073], new byte[100]);
  }

  @MethodSource("tables")
  @FuzzTest
  void csv(byte[] bytes) throws IOException {
    Imports.survive(new CsvImporter(), folder, "train.csv", bytes);
  }

  @MethodSource("pictureFiles")
  @FuzzTest
  void picture(byte[] bytes) throws IOException {
    Imports.survive(new FolderImporter(), folder, "train/cat/1.png", bytes);
  }

  @MethodSource("parquetFiles")
  @FuzzTest
  void parquet(byte[] bytes) throws IOException {
    Imports.survive(new ParquetImporter(), folder, "train.parquet", bytes);
  }

  @MethodSource("batches")
  @FuzzTest
  void cifar(byte[] bytes) throws IOException {
    Imports.survive(new CifarImporter(), folder, "data_batch_1.bin", bytes);
  }
}
