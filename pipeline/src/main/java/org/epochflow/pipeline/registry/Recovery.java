package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.pipeline.registry.LedgerEntry.Figures;
import org.epochflow.pipeline.store.Lease;
import org.epochflow.pipeline.store.Metrics;
import org.epochflow.pipeline.store.Storage;
import org.jspecify.annotations.Nullable;

/**
 * A ledger that was lost or damaged, rebuilt: its sound lines first, then the versions' copies of
 * the decisions on them, then what the figures of the other versions tell.
 *
 * @param ledger the rebuilt one
 * @param unknown what could not be found out, a sentence each
 */
public record Recovery(Ledger ledger, List<String> unknown) {
  public Recovery {
    unknown = List.copyOf(unknown);
  }

  /**
   * Rebuilds the ledger of a registry, and keeps the damaged file under another name.
   *
   * @return empty if the ledger is sound, so that nothing was done
   * @throws RegistryException if there are no versions
   * @throws org.epochflow.pipeline.store.LeaseHeldException if another process is at work here
   */
  public static Optional<Recovery> of(Registry registry, Clock clock) throws IOException {
    if (registry.versions().isEmpty()) {
      throw new RegistryException(
          "Expected versions to rebuild a ledger from, found none (%s)"
              .formatted(registry.ledgerFile()));
    }
    try (Lease lease = registry.lease(clock)) {
      if (isSound(registry)) {
        return Optional.empty();
      }
      String text = Storage.textIfExists(registry.ledgerFile()).orElse("");
      Recovery recovery = rebuilt(registry, Ledger.soundLines(text), clock);
      lease.requireHeld();
      if (!text.isBlank()) {
        Storage.writeText(free(registry.ledgerFile() + ".damaged"), text);
      }
      registry.write(recovery.ledger());
      return Optional.of(recovery);
    }
  }

  private static boolean isSound(Registry registry) throws IOException {
    try {
      boolean empty = registry.ledger().entries().isEmpty();
      for (int version : registry.versions()) {
        if (empty && registry.run(version).isFinished()) {
          return false;
        }
      }
      return true;
    } catch (RegistryException | ModelFormatException damaged) {
      return false;
    }
  }

  private static String free(String file) throws IOException {
    int number = 1;
    while (Storage.exists(file + "-" + number)) {
      number++;
    }
    return file + "-" + number;
  }

  private static Recovery rebuilt(Registry registry, Ledger sound, Clock clock) throws IOException {
    Ledger ledger = sound;
    List<String> unknown = new ArrayList<>();
    for (int version : registry.versions()) {
      if (ledger.ended(version)) {
        continue;
      }
      Optional<LedgerEntry> decision = registry.decision(version);
      if (decision.isPresent()) {
        ledger = ledger.plus(decision.get(), decision.get().when());
      } else if (registry.run(version).isFinished()) {
        ledger = ledger.plus(ofFigures(registry, version), clock);
        unknown.add("What was decided on version %s".formatted(Registry.name(version)));
      }
    }
    unknown.add(
        String.format(
            Locale.ROOT,
            "Failures, refusals because of drift and orders by hand after line %d of the old ledger",
            sound.entries().size()));
    Ledger all = ledger;
    Optional<Integer> champion =
        registry.namedChampion().filter(version -> all.trained(version).isPresent());
    if (champion.isPresent() && !champion.equals(ledger.champion())) {
      String why = "recovered: the file champion names it";
      ledger = ledger.plus(LedgerEntry.of(Decision.PROMOTED, champion.get(), why), clock);
    } else if (champion.isEmpty()) {
      unknown.add("Whether the champion is the right one; registry promote names another");
    }
    return new Recovery(ledger, unknown);
  }

  private static @Nullable Double figure(JsonNode metrics, String name) {
    return metrics.has(name) ? metrics.get(name).asDouble() : null;
  }

  /** A refusal, because nothing says that the version was promoted; it can be by hand. */
  private static LedgerEntry ofFigures(Registry registry, int version) throws IOException {
    JsonNode metrics = registry.run(version).metrics();
    double loss = metrics.required("test_loss").asDouble();
    Score score =
        Score.of(
            version,
            loss,
            Metrics.confusion(metrics),
            figure(metrics, "test_top_k_accuracy"),
            figure(metrics, "test_ece"));
    return new LedgerEntry(
        0,
        "",
        Decision.REFUSED,
        version,
        "recovered: what was decided is not known",
        registry.request(version).orElse(new RetrainingRequest("unknown", "unknown")),
        null,
        null,
        new Figures(score, null, null, metrics.required("parameters_sha256").asText()));
  }
}
