package org.epochflow.pipeline.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is there whole or not at all. */
final class StorageTest {
  private final Path folder;

  StorageTest(@TempDir Path folder) {
    this.folder = folder;
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    String path = in("new/folders/file.bin");
    byte[] content = {1, 0, -1, 127};
    Storage.write(path, out -> out.write(content));
    assertArrayEquals(content, Storage.read(path));
    assertEquals(4, Storage.size(path));
    assertTrue(Storage.exists(path));
    try (InputStream stream = Storage.stream(path)) {
      assertArrayEquals(content, stream.readAllBytes());
    }
    try (SeekableByteChannel channel = Storage.seekable(path)) {
      ByteBuffer last = ByteBuffer.allocate(1);
      assertEquals(1, channel.position(3).read(last));
      assertEquals(127, last.get(0));
    }
    assertEquals(List.of("new", "new/folders", "new/folders/file.bin"), tree());
  }

  @Test
  void aFileIsReplacedAtOnce() throws IOException {
    String path = in("file");
    Storage.writeText(path, "the long old text");
    Storage.write(
        path,
        out -> {
          out.write("the new".getBytes(UTF_8));
          out.flush();
          assertEquals("the long old text", text(path));
        });
    assertEquals("the new", text(path));
    assertEquals(List.of("file"), tree());
  }

  @Test
  void aContentThatThrowsLeavesNothing() throws IOException {
    String path = in("file");
    for (Exception thrown : List.of(new IOException("disk"), new IllegalStateException("bug"))) {
      assertEquals(
          thrown, assertThrows(thrown.getClass(), () -> Storage.write(path, failing(thrown))));
      assertEquals(List.of(), tree());
    }
    Storage.writeText(path, "old");
    assertThrows(IOException.class, () -> Storage.write(path, failing(new IOException("disk"))));
    assertEquals("old", text(path));
    assertEquals(List.of("file"), tree());
  }

  private static Storage.Content failing(Exception thrown) {
    return out -> {
      out.write(new byte[100_000]);
      out.flush();
      if (thrown instanceof IOException disk) {
        throw disk;
      }
      throw (RuntimeException) thrown;
    };
  }

  @Test
  void aMissingFileIsNamed() throws IOException {
    String path = in("none");
    assertFalse(Storage.exists(path));
    assertEquals(
        path, assertThrows(FileNotFoundException.class, () -> Storage.read(path)).getMessage());
    assertThrows(FileNotFoundException.class, () -> Storage.size(path));
    assertThrows(IOException.class, () -> Storage.seekable(path).close());
    Storage.delete(List.of(path));
  }

  @Test
  void aPatternMatchesAsAShellsDoes() throws IOException {
    List<String> all = List.of("b-2", "b-10", "a-1", "c", ".a-hidden", "n/x", "n/.h/x", "n/m/x");
    for (String name : all) {
      Storage.writeText(in(name), name);
    }
    matches("*-*", "a-1", "b-10", "b-2");
    matches("b-?", "b-2");
    matches("{b-2,c,d}", "b-2", "c");
    matches("[ab]-1*", "a-1", "b-10");
    matches("[!a]-?", "b-2");
    matches(".a*", ".a-hidden");
    matches("*/x", "n/x");
    matches("**/x", "n/m/x", "n/x");
    matches("n/**/x", "n/m/x", "n/x");
    matches("n/.*/x", "n/.h/x");
    matches("none*");
    matches("none");
    matches("none/*");
    assertThrows(IllegalArgumentException.class, () -> Storage.matches(in("[a")));
  }

  @Test
  void whatExistsIsItselfWhateverIsInItsName() throws IOException {
    for (String name : List.of("a[1]/b{2}", "a[1]/b2", "a1/b{2}", "a1/b2", "star*/f", "stars/f")) {
      Storage.writeText(in(name), name);
    }
    matches("a[1]", "a[1]");
    matches("a[1]/b*", "a[1]/b2", "a[1]/b{2}");
    matches("a[1]/b{2}", "a[1]/b{2}");
    matches("a[1]/none");
    matches("star*/?", "star*/f");
    matches("a[12]/b2", "a1/b2");
  }

  private void matches(String pattern, String... names) throws IOException {
    assertEquals(Stream.of(names).map(this::in).toList(), Storage.matches(in(pattern)), pattern);
  }

  @Test
  void noCharacterOfAPathIsAPattern() throws IOException {
    for (String folder : List.of(in("f"), "hostile://bucket/literal")) {
      for (String name : List.of("a[1]", "a{1,2}", "a*", "a?", "a\\\\1")) {
        Storage.writeText(folder + "/a1/kept", "sibling");
        Storage.writeText(folder + "/" + name + "/own", name);
        assertEquals(name, text(folder + "/" + name + "/own"));
        assertEquals(
            List.of(folder + "/" + name + "/own"), Storage.tree(folder + "/" + name), name);
        assertEquals(
            List.of(folder + "/" + name + "/own"), Storage.list(folder + "/" + name), name);
        Storage.deleteAll(folder + "/" + name);
        assertFalse(Storage.exists(folder + "/" + name + "/own"), name);
        assertTrue(Storage.exists(folder + "/a1/kept"), name);
      }
    }
  }

  @Test
  void whatAKilledProcessWasWritingIsHiddenAndKnown() throws IOException {
    List<String> beside = new ArrayList<>();
    Storage.write(in("file"), out -> beside.addAll(tree()));
    String unfinished = beside.get(0);
    assertTrue(unfinished.startsWith(".file."), unfinished);
    assertTrue(Storage.isUnfinished(in(unfinished)), unfinished);
    assertTrue(Storage.isUnfinished(in("file.8400c5ee-1a2b-4c3d-9e8f-001122334455.tmp")));
    assertFalse(Storage.isUnfinished(in("notes.tmp")));
    assertFalse(Storage.isUnfinished(in(".lease.8400c5ee-1a2b-4c3d-9e8f-001122334455.tmp")));
    assertFalse(Storage.isUnfinished(in("..lease.8400c5ee-1a2b-4c3d-9e8f-001122334455.tmp")));
  }

  @Test
  void aFolderIsNotAFile() throws IOException {
    Storage.writeText(in("folder/file"), "");
    assertTrue(Storage.exists(in("folder")));
    assertFalse(Storage.isFile(in("folder")));
    assertThrows(IOException.class, () -> Storage.read(in("folder")));
  }

  @Test
  void aFolderIsDeletedWithAllThatIsInIt() throws IOException {
    for (String name : List.of("work/a", "work/e/b", "work/e/f/c", "work/g/h/i/d", "other")) {
      Storage.writeText(in(name), name);
    }
    Storage.deleteAll(in("work"));
    assertEquals(List.of("other"), tree());
    Storage.deleteAll(in("work"));
    assertEquals(List.of("other"), tree());
  }

  @Test
  void aFolderThatIsNotEmptyIsKept() throws IOException {
    Storage.writeText(in("kept/file"), "not ours");
    Files.createDirectory(folder.resolve("empty"));
    Storage.deleteIfEmpty(in("kept"));
    Storage.deleteIfEmpty(in("empty"));
    Storage.deleteIfEmpty(in("never"));
    Storage.deleteIfEmpty("scheme://bucket/folder");
    assertEquals(List.of("kept", "kept/file"), tree());
  }

  @Test
  void aStoreWithFoldersAndNoSecondCloseWillDo() throws IOException {
    String bucket = "hostile://bucket/runs";
    for (String name : List.of("file", "inner/begun", "inner/e/state", "inner/e/progress/done")) {
      Storage.write(
          bucket + "/" + name,
          out -> {
            try (out) {
              out.write(name.getBytes(UTF_8));
            }
          });
      assertEquals(name, text(bucket + "/" + name));
    }
    assertEquals(
        List.of(
            bucket + "/inner/begun", bucket + "/inner/e/progress/done", bucket + "/inner/e/state"),
        Storage.tree(bucket + "/inner"));
    Storage.deleteAll(bucket + "/inner/e");
    assertFalse(Storage.exists(bucket + "/inner/e"));
    Storage.writeText(bucket + "/inner/f/g/one", "");
    Storage.delete(List.of(bucket + "/inner/f/g/one"));
    Storage.deleteAll(bucket + "/inner");
    assertFalse(Storage.exists(bucket + "/inner"));
    assertEquals(List.of(bucket + "/file"), Storage.tree(bucket));
    Storage.deleteAll(bucket);
    Storage.deleteAll(bucket);
    assertFalse(Storage.exists(bucket));
  }

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  private static String text(String path) throws IOException {
    return new String(Storage.read(path), UTF_8);
  }

  private List<String> tree() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.skip(1).map(path -> folder.relativize(path).toString()).sorted().toList();
    }
  }
}
