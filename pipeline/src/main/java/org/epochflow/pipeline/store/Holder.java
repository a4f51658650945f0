package org.epochflow.pipeline.store;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;

/** What a holder of a lease calls itself. */
final class Holder {
  private Holder() {}

  /** {@code process 4711 on build-7 since 2026-11-23T02:30:00Z}. */
  static String here(Clock clock) {
    return "process %d on %s since %s"
        .formatted(ProcessHandle.current().pid(), host(), clock.instant());
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "an unnamed host";
    }
  }
}
