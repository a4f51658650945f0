package org.epochflow.pipeline.data.format;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.idx.IdxHeader;
import org.epochflow.model.idx.IdxType;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.Presets;
import org.epochflow.model.train.DataParallel;
import org.epochflow.model.train.EarlyStopping;
import org.epochflow.model.train.SplitRule;
import org.epochflow.model.train.Strategy;
import org.epochflow.model.train.TrainingConfig;
import org.epochflow.pipeline.Direct;
import org.epochflow.pipeline.SmallData;
import org.epochflow.pipeline.SmallNetworks;
import org.epochflow.pipeline.data.DataFiles;
import org.epochflow.pipeline.data.DataFiles.Part;
import org.epochflow.pipeline.data.Reading;
import org.epochflow.pipeline.data.Records;
import org.epochflow.pipeline.data.Source;
import org.epochflow.pipeline.execute.Listeners;
import org.epochflow.pipeline.run.FixedJob;
import org.epochflow.pipeline.run.TrainingRun;
import org.epochflow.pipeline.store.RunFolder;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.pipeline.train.ReplicaThreads;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same pixels and labels train the same parameters, whatever format they come in. */
final class SameBitsTest {
  private static final int SIDE = 28;
  private static final int PIXELS = SIDE * SIDE;
  private final Path folder;
  private int runs;

  SameBitsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /** A part of the real images: pixels image after image, and labels. */
  private record Examples(byte[] pixels, byte[] labels) {
    byte[] image(int i) {
      return Arrays.copyOfRange(pixels, i * PIXELS, (i + 1) * PIXELS);
    }
  }

  private Examples real(Part part) throws IOException {
    int count = part == Part.TRAIN ? 400 : 60;
    List<Source> files = SmallData.fashionMnistMini().of(part);
    Imports all = Imports.of(files, part, Reading.AS_IT_IS, folder.resolve("real"));
    return new Examples(
        Arrays.copyOf(all.pixels(), count * PIXELS), Arrays.copyOf(all.labels(), count));
  }

  private String trained(String name, Reading reading) throws IOException {
    String path = folder.resolve(name).toString();
    DataFiles files =
        new DataFiles(
            Importers.find(path, Part.TRAIN, reading),
            Importers.find(path, Part.TEST, reading),
            reading);
    TrainingConfig config =
        SmallNetworks.config(
            Presets.softmax(Shape.of(SIDE, SIDE, 1), 10),
            new DataParallel(Strategy.LOCAL, 2, 2),
            1,
            new SplitRule(0.2, true),
            new EarlyStopping(false, EarlyStopping.Monitor.VAL_LOSS, 0, 1));
    RunFolder run = new RunFolder(folder.resolve("runs/" + runs++).toString());
    TrainingRun training =
        new TrainingRun(run, Direct.execution(2), ReplicaThreads.EVEN, Listeners.none());
    return ParametersHash.sha256(
        training.run(FixedJob.of(config, files, 0), false).state().model().parameters());
  }

  @Test
  void everyFormatTrainsTheSameParameters() throws IOException {
    for (Part part : Part.values()) {
      Examples examples = real(part);
      writeIdx(part, examples);
      writeOtherTypes(part, examples);
      writeFromOne(part, examples);
      writeCsv(part, examples);
      writePictures(part, examples);
      writeParquet(part);
    }
    writeNpz();
    String idx = trained("idx", Reading.AS_IT_IS);
    for (String format : List.of("types", "from1", "csv", "png", "parquet", "data.npz")) {
      assertEquals(idx, trained(format, reading(format)), format);
    }
    writePictures(Part.TRAIN, new Examples(new byte[PIXELS], new byte[1])); // 0/0.png, black
    assertNotEquals(idx, trained("png", Reading.AS_IT_IS));
  }

  @Test
  void everyFormatHasTheSameImagesToPredict() throws IOException {
    Examples examples = real(Part.TEST);
    writeIdx(Part.TEST, examples);
    writeOtherTypes(Part.TEST, examples);
    writeCsv(Part.TEST, examples);
    writePictures(Part.TEST, examples);
    writeParquet(Part.TEST);
    writeNpz();
    for (String file :
        List.of(
            "idx/t10k-images-idx3-ubyte.gz",
            "types/qmnist-test-images-idx3-float.gz",
            "csv/fashion-mnist_test.csv",
            "parquet/data/test-00000-of-00001.parquet",
            "data.npz")) {
      ImagesToPredict images = toPredict(file);
      assertArrayEquals(examples.pixels, pixels(images), file);
      assertEquals(List.of(), images.files(), file);
    }
    ImagesToPredict pictures = toPredict("png/test");
    byte[] pixels = pixels(pictures);
    for (int i = 0; i < pictures.files().size(); i++) {
      String name = pictures.files().get(i); // 7/12.png
      int record = Integer.parseInt(name.replaceAll(".*/|\\.png", ""));
      assertArrayEquals(
          examples.image(record), Arrays.copyOfRange(pixels, i * PIXELS, (i + 1) * PIXELS), name);
    }
    assertEquals(examples.labels.length, pictures.files().size());
  }

  private ImagesToPredict toPredict(String name) throws IOException {
    String path = folder.resolve(name).toString();
    List<String> paths = Storage.isFile(path) ? List.of(path) : ImagesToPredict.in(path);
    String target = folder.resolve("to-predict-" + runs++).toString();
    return ImagesToPredict.open(paths, Shape.of(SIDE, SIDE, 1), target);
  }

  private static byte[] pixels(ImagesToPredict images) throws IOException {
    try (Records.Reader reader = images.records().reader()) {
      return reader.images(0, (int) images.records().count());
    }
  }

  private static Reading reading(String format) {
    return format.equals("from1") ? new Reading(1, 0, null, null, List.of()) : Reading.AS_IT_IS;
  }

  private void gzip(String name, IdxHeader header, byte[] values) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(header.encoded().array());
      out.write(values);
    }
  }

  private void writeIdx(Part part, Examples all) throws IOException {
    int count = all.labels.length;
    gzip("idx/" + part.images() + ".gz", IdxHeader.images(count, SIDE, SIDE), all.pixels);
    gzip("idx/" + part.labels() + ".gz", IdxHeader.labels(count), all.labels);
  }

  /** Floats of 0 to 1, and QMNIST's labels. */
  private void writeOtherTypes(Part part, Examples all) throws IOException {
    int count = all.labels.length;
    ByteBuffer floats = ByteBuffer.allocate(4 * all.pixels.length);
    for (byte pixel : all.pixels) {
      floats.putFloat((pixel & 0xff) / 255f);
    }
    ByteBuffer columns = ByteBuffer.allocate(4 * 8 * count);
    for (byte label : all.labels) {
      columns.putInt(label).put(new byte[28]);
    }
    String name = "types/qmnist-" + part.word();
    gzip(
        name + "-images-idx3-float.gz",
        new IdxHeader(IdxType.F32, List.of(count, SIDE, SIDE)),
        floats.array());
    gzip(
        name + "-labels-idx2-int.gz",
        new IdxHeader(IdxType.I32, List.of(count, 8)),
        columns.array());
  }

  private void writeFromOne(Part part, Examples all) throws IOException {
    byte[] labels = all.labels.clone();
    for (int i = 0; i < labels.length; i++) {
      labels[i]++;
    }
    String name = "from1/emnist-letters-" + part.word();
    gzip(name + "-images-idx3-ubyte", IdxHeader.images(labels.length, SIDE, SIDE), all.pixels);
    gzip(name + "-labels-idx1-ubyte", IdxHeader.labels(labels.length), labels);
  }

  private void writeCsv(Part part, Examples all) throws IOException {
    StringBuilder rows = new StringBuilder("label");
    for (int i = 1; i <= PIXELS; i++) {
      rows.append(",pixel").append(i);
    }
    for (int i = 0; i < all.labels.length; i++) {
      rows.append('\n').append(all.labels[i]);
      for (byte pixel : all.image(i)) {
        rows.append(',').append(pixel & 0xff);
      }
    }
    Imports.write(
        folder.resolve("csv/fashion-mnist_" + part.word() + ".csv"),
        rows.toString().getBytes(StandardCharsets.US_ASCII));
  }

  private void writePictures(Part part, Examples all) throws IOException {
    for (int i = 0; i < all.labels.length; i++) {
      BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
      image.getRaster().setDataElements(0, 0, SIDE, SIDE, all.image(i));
      Path file =
          folder.resolve(
              String.format(Locale.ROOT, "png/%s/%d/%d.png", part.word(), all.labels[i], i));
      Files.createDirectories(file.getParent());
      ImageIO.write(image, "png", file.toFile());
    }
  }

  /** The pictures with their labels, in row groups of some hundred thousand bytes. */
  private void writeParquet(Part part) throws IOException {
    MessageType schema =
        MessageTypeParser.parseMessageType(
            "message m { optional group image { optional binary bytes; optional binary path; }"
                + " optional int64 label; }");
    Path file = folder.resolve("parquet/data/" + part.word() + "-00000-of-00001.parquet");
    Files.createDirectories(file.getParent());
    List<Path> pictures = new ArrayList<>();
    try (Stream<Path> all = Files.walk(folder.resolve("png/" + part.word()))) {
      all.filter(Files::isRegularFile).forEach(pictures::add);
    }
    pictures.sort(
        Comparator.comparing(p -> Integer.valueOf(p.getFileName().toString().replace(".png", ""))));
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withConf(new PlainParquetConfiguration())
            .withType(schema)
            .withRowGroupSize(100_000L)
            .build()) {
      for (Path picture : pictures) {
        Group row = new SimpleGroup(schema);
        Binary bytes = Binary.fromConstantByteArray(Files.readAllBytes(picture));
        row.addGroup("image").append("bytes", bytes);
        row.add("label", Long.parseLong(picture.getName(picture.getNameCount() - 2).toString()));
        writer.write(row);
      }
    }
  }

  private void writeNpz() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Part part : Part.values()) {
        Examples all = real(part);
        int count = all.labels.length;
        store(zip, "x_" + part.word(), count + ", 28, 28", all.pixels);
        store(zip, "y_" + part.word(), count + ",", all.labels);
      }
    }
    Imports.write(folder.resolve("data.npz"), file.toByteArray());
  }

  private static void store(ZipOutputStream zip, String name, String shape, byte[] values)
      throws IOException {
    String header = "{'descr': '|u1', 'fortran_order': False, 'shape': (%s), }\n".formatted(shape);
    zip.putNextEntry(new ZipEntry(name + ".npy"));
    zip.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
    zip.write(header.getBytes(StandardCharsets.US_ASCII));
    zip.write(values);
    zip.closeEntry();
  }
}
