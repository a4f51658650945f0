package org.epochflow.pipeline.registry;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What came of a night, or of a person's order. */
public enum Decision {
  /** The version is the champion from now on. */
  PROMOTED,
  /** The version was trained, and a gate kept it from becoming the champion. */
  REFUSED,
  /** The version's loss was no longer finite. */
  DIVERGED,
  /** The data are too far from the champion's: nothing was trained. */
  DRIFTED,
  /** Something failed; the next night tries again. */
  FAILED,
  /** Data or configuration changed before the version was done: it was given up. */
  ABANDONED,
  /** The version, champion before the present one, is the champion again. */
  ROLLED_BACK;

  /** As the ledger spells it: {@code rolled_back}. */
  @JsonValue
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether it is about a version in any case. */
  boolean needsVersion() {
    return this != DRIFTED && this != FAILED;
  }

  /** Whether the version's training finished, so that the same request is nothing new. */
  boolean concludes() {
    return this == PROMOTED || this == REFUSED || this == DIVERGED;
  }

  /** Whether the version will never be resumed. */
  boolean ends() {
    return concludes() || this == ABANDONED;
  }
}
