package org.epochflow.pipeline.registry;

import java.io.IOException;
import java.util.Optional;
import org.epochflow.pipeline.store.Lease;

/** The ledger as it grows under one lease. */
final class OpenLedger {
  private final Retraining retraining;
  private final Registry registry;
  private final Lease lease;
  private Ledger ledger;

  /** Goes on from the ledger, and mends what a kill kept from following from it. */
  OpenLedger(Retraining retraining, Lease lease) throws IOException {
    this.retraining = retraining;
    this.registry = retraining.registry();
    this.lease = lease;
    ledger = registry.ledger();
    registry.deleteUnfinished();
    registry.restore(ledger);
  }

  Lease lease() {
    return lease;
  }

  Ledger ledger() {
    return ledger;
  }

  LedgerEntry record(LedgerEntry decision) throws IOException {
    ledger = registry.record(decision, ledger, lease, retraining.clock());
    retraining.told().accept(ledger.last());
    return ledger.last();
  }

  /** Records a failure; one before there is anything to keep is told, and leaves nothing. */
  void recordFailure(Exception failure) {
    try {
      Optional<Integer> version = registry.unfinished(ledger);
      if (version.isPresent() && !registry.run(version.get()).isRun()) {
        registry.remove(version.get());
        version = Optional.empty();
      }
      LedgerEntry failed =
          LedgerEntry.of(
              Decision.FAILED, version.orElse(null), String.valueOf(failure.getMessage()));
      if (version.isPresent() || !ledger.entries().isEmpty()) {
        record(failed);
      } else {
        retraining.told().accept(failed.at(1, retraining.clock().instant().toString()));
      }
    } catch (IOException | RuntimeException unwritten) {
      failure.addSuppressed(unwritten);
    }
  }
}
