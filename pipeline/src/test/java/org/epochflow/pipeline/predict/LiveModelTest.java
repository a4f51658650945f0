package org.epochflow.pipeline.predict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.registry.RegistryException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a path names, and what becomes of it. */
final class LiveModelTest {
  private final Path folder;
  private final SmallRegistry registry;

  LiveModelTest(@TempDir Path folder) {
    this.folder = folder;
    registry = new SmallRegistry(folder.resolve("registry"));
  }

  private LiveModel open(Path path) throws IOException {
    return LiveModel.open(path.toString(), Classifier::of);
  }

  @Test
  void aFileAndARunStay() throws IOException {
    Path run = Files.createDirectories(folder.resolve("run"));
    Path file = SmallRegistry.write(3, run.resolve("best_model.keras"));
    Files.writeString(run.resolve("config.json"), "{}");
    for (Path path : new Path[] {file, run}) {
      LiveModel model = open(path);
      assertEquals(1, model.current().number());
      assertFalse(model.refresh());
    }
    assertEquals(open(file).current().parametersSha256(), open(run).current().parametersSha256());
  }

  @Test
  void aRegistrysChampionIsFollowed() throws IOException {
    registry.promote(1);
    LiveModel model = open(registry.folder());
    LiveModel.Version first = model.current();
    assertEquals(1, first.number());
    assertFalse(model.refresh());
    registry.promote(2);
    assertTrue(model.refresh());
    assertEquals(2, model.current().number());
    assertNotEquals(first.parametersSha256(), model.current().parametersSha256());
    assertFalse(model.refresh());
  }

  @Test
  void aDamagedChampionLeavesTheOneBeforeAtWork() throws IOException {
    registry.promote(1);
    LiveModel model = open(registry.folder());
    registry.promote(2);
    Path file = registry.folder().resolve("versions/00002/best_model.keras");
    Files.writeString(file, "damaged");
    assertThrows(ModelFormatException.class, model::refresh);
    assertEquals(1, model.current().number());
    Files.delete(file);
    assertThrows(ModelFormatException.class, model::refresh);
    SmallRegistry.write(2, file);
    assertTrue(model.refresh());
  }

  @Test
  void aRegistryWithoutAChampionIsRefusedAtFirstAndEnduredLater() throws IOException {
    registry.promote(1);
    Path ledger = registry.folder().resolve("ledger.jsonl");
    LiveModel model = open(registry.folder());
    Files.writeString(ledger, "");
    assertFalse(model.refresh());
    assertEquals(1, model.current().number());
    assertThrows(RegistryException.class, () -> open(registry.folder()));
  }
}
