package org.epochflow.pipeline.predict;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.epochflow.model.format.ParametersHash;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.store.ModelFile;
import org.epochflow.pipeline.store.RunFolder;
import org.jspecify.annotations.Nullable;

/**
 * A model that is used for long: one that stays, of a {@code .keras} file or a run, or the champion
 * of a registry, which changes.
 *
 * <pre>{@code
 * LiveModel model = LiveModel.open("/registry", Classifier::of);
 * Classification answer = model.current().classifier().classify(pixels);
 * model.refresh(); // now and then: is there another champion?
 * }</pre>
 *
 * <p>Thread-safe. Who has a version keeps it as long as it is needed, also while {@link #refresh}
 * puts another in its place.
 */
public final class LiveModel {
  private final Function<SavedModel, Classifier> as;
  private final @Nullable Registry registry;
  private volatile Version current;

  /**
   * A model that is ready.
   *
   * @param number the registry's number of it; 1 where there is no registry
   * @param parametersSha256 of its little-endian float32s
   */
  public record Version(int number, Classifier classifier, String parametersSha256) {
    /** The images it takes, as {@link SavedModel#image} says. */
    public Optional<Shape> image() {
      return classifier.model().image();
    }
  }

  private LiveModel(
      Function<SavedModel, Classifier> as, @Nullable Registry registry, Version first) {
    this.as = as;
    this.registry = registry;
    current = first;
  }

  /**
   * Loads what a path of one of Beam's file systems names: a registry's folder, a run's folder, or
   * a {@code .keras} file.
   *
   * @param path absolute
   * @param as how it is run, for instance {@code Classifier::of}
   * @throws IOException if there is none, or it is damaged, or the registry has no champion
   */
  public static LiveModel open(String path, Function<SavedModel, Classifier> as)
      throws IOException {
    Registry registry = new Registry(path);
    if (registry.exists()) {
      return champion(path, as);
    }
    RunFolder run = new RunFolder(path);
    return file(run.isRun() ? run.bestModel() : path, as);
  }

  /** Loads the model of a {@code .keras} file, which stays. */
  public static LiveModel file(String path, Function<SavedModel, Classifier> as)
      throws IOException {
    return new LiveModel(as, null, ready(1, ModelFile.read(path), as));
  }

  /**
   * Loads the champion of a registry.
   *
   * @throws org.epochflow.pipeline.registry.RegistryException if there is none
   */
  public static LiveModel champion(String path, Function<SavedModel, Classifier> as)
      throws IOException {
    Registry registry = new Registry(path);
    Ledger ledger = registry.ledger();
    int version = ledger.requireChampion(path);
    return new LiveModel(as, registry, ready(version, registry.sound(version, ledger), as));
  }

  /** Classifies one image, so that what cannot run is found before it is used. */
  private static Version ready(int number, SavedModel model, Function<SavedModel, Classifier> as) {
    Classifier classifier = as.apply(model);
    classifier.probabilities(new byte[classifier.input().size()], 1);
    return new Version(number, classifier, ParametersHash.sha256(model.parameters()));
  }

  /** The one to classify by now. */
  public Version current() {
    return current;
  }

  /**
   * Takes another champion, if the registry has one; reads one file if not. A registry without a
   * champion leaves the last one at work.
   *
   * @return whether it took one
   * @throws IOException if it cannot be read; the one before stays at work
   */
  public synchronized boolean refresh() throws IOException {
    if (registry == null) {
      return false;
    }
    Ledger ledger = registry.read();
    int version = ledger.champion().orElse(current.number());
    if (version == current.number()) {
      return false;
    }
    current = ready(version, registry.sound(version, ledger), as);
    return true;
  }
}
