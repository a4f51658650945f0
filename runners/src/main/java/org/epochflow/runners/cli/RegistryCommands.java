package org.epochflow.runners.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Verification;
import org.epochflow.pipeline.registry.Verification.Finding;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.report.RegistryPage;
import org.epochflow.runners.terminal.Decisions;
import org.jspecify.annotations.Nullable;

/**
 * {@code epochflow registry list}, {@code show}, {@code promote}, {@code rollback}, {@code verify}.
 */
final class RegistryCommands {
  private RegistryCommands() {}

  static List<Command<?>> all() {
    return List.of(
        new Command<>(
            "registry list",
            "List a registry's versions, the champion with a star",
            RegistryOrderOptions.class,
            List.of("epochflow registry list --registry=DIR"),
            RegistryCommands::list),
        new Command<>(
            "registry show",
            "Show what was decided in a registry, and why",
            RegistryShowOptions.class,
            List.of(
                "epochflow registry show --registry=DIR --version=12",
                "epochflow registry show --registry=DIR --html=registry.html"),
            RegistryCommands::show),
        new Command<>(
            "registry promote",
            "Make a version the champion, whatever the gates said",
            RegistryPromoteOptions.class,
            List.of("epochflow registry promote --registry=DIR --version=12"),
            RegistryCommands::promote),
        new Command<>(
            "registry rollback",
            "Make the champion before the present one the champion again",
            RegistryOrderOptions.class,
            List.of("epochflow registry rollback --registry=DIR"),
            RegistryCommands::rollBack),
        new Command<>(
            "registry verify",
            "Read every version and hold it against the ledger; exit code 1 where one is damaged",
            RegistryOrderOptions.class,
            List.of("epochflow registry verify --registry=DIR"),
            RegistryCommands::verify));
  }

  private static Registry registry(RegistryOptions options) {
    return new Registry(DataFolders.absolute(options.getRegistry()));
  }

  private static Ledger ledger(RegistryOptions options) throws IOException {
    Ledger ledger = registry(options).ledger();
    if (ledger.entries().isEmpty()) {
      throw new UsageException(
          "Expected a registry with a ledger, found none in " + options.getRegistry());
    }
    return ledger;
  }

  private static int list(Call<RegistryOrderOptions> call) throws IOException {
    call.out().print(Decisions.versions(ledger(call.options())));
    return 0;
  }

  private static int show(Call<RegistryShowOptions> call) throws IOException {
    Ledger ledger = ledger(call.options());
    @Nullable String html = call.options().getHtml();
    if (html != null) {
      Storage.writeText(
          DataFolders.absolute(html), RegistryPage.of(call.options().getRegistry(), ledger).html());
      call.out().println(html);
      return 0;
    }
    @Nullable Integer version = call.options().getVersion();
    if (version == null) {
      call.out().print(Decisions.story(ledger));
      call.out()
          .println(
              ledger
                  .champion()
                  .map(champion -> "Champion: version " + Registry.name(champion))
                  .orElse("No champion"));
      return 0;
    }
    List<LedgerEntry> entries =
        ledger.entries().stream().filter(entry -> version.equals(entry.version())).toList();
    if (entries.isEmpty()) {
      throw new UsageException(
          "Expected a version in %s, found none of the number %d"
              .formatted(call.options().getRegistry(), version));
    }
    entries.forEach(entry -> call.out().print(entry.when() + "  " + Decisions.of(entry)));
    return 0;
  }

  private static int promote(Call<RegistryPromoteOptions> call) throws IOException {
    ledger(call.options());
    int version = call.options().getVersion();
    return told(registry(call.options()).promote(version, Clock.systemUTC()), call);
  }

  private static int rollBack(Call<RegistryOrderOptions> call) throws IOException {
    ledger(call.options());
    return told(registry(call.options()).rollBack(Clock.systemUTC()), call);
  }

  private static int told(LedgerEntry entry, Call<? extends RegistryOptions> call) {
    call.out().print(Decisions.of(entry));
    int version = Objects.requireNonNull(entry.version());
    call.out().println(call.options().getRegistry() + "/versions/" + Registry.name(version));
    return 0;
  }

  private static int verify(Call<RegistryOrderOptions> call) throws IOException {
    ledger(call.options());
    List<Finding> findings = Verification.of(registry(call.options()));
    PrintStream out = call.out();
    findings.forEach(f -> out.println(f.of() + "  " + f.damage().orElse("ok")));
    long damaged = findings.stream().filter(finding -> finding.damage().isPresent()).count();
    if (damaged > 0) {
      call.err().println("epochflow: %d of %d damaged".formatted(damaged, findings.size()));
    }
    return damaged == 0 ? 0 : 1;
  }
}
