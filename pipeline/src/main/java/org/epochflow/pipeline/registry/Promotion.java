package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.time.Clock;
import org.epochflow.pipeline.store.Lease;

/** The choice of a champion by hand, whatever the gates decided. */
public final class Promotion {
  private Promotion() {}

  /**
   * Makes a version the champion.
   *
   * @throws RegistryException if there is no such version
   * @throws org.epochflow.model.json.ModelFormatException if it is damaged
   */
  public static LedgerEntry of(int version, Registry registry, Clock clock) throws IOException {
    try (Lease lease = registry.lease(clock)) {
      Ledger ledger = registry.ledger();
      if (ledger.champion().filter(champion -> champion == version).isPresent()) {
        throw new RegistryException(
            "Expected another version than the champion, found " + Registry.name(version));
      }
      registry.sound(version, ledger);
      LedgerEntry decision = LedgerEntry.of(Decision.PROMOTED, version, "by hand");
      return registry.record(decision, ledger, lease, clock).last();
    }
  }

  /**
   * Makes the previous champion the champion again.
   *
   * @throws RegistryException if there was none before
   * @throws org.epochflow.model.json.ModelFormatException if it is damaged
   */
  public static LedgerEntry rollBack(Registry registry, Clock clock) throws IOException {
    try (Lease lease = registry.lease(clock)) {
      Ledger ledger = registry.ledger();
      int version =
          ledger
              .beforeChampion()
              .orElseThrow(
                  () ->
                      new RegistryException(
                          "Expected a champion before the present one, found none (%s)"
                              .formatted(registry.ledgerFile())));
      registry.sound(version, ledger);
      String why = "by hand, in place of version " + Registry.name(ledger.champion().orElseThrow());
      LedgerEntry decision = LedgerEntry.of(Decision.ROLLED_BACK, version, why);
      return registry.record(decision, ledger, lease, clock).last();
    }
  }
}
