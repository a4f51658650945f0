package org.epochflow.runners.verb;

import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.epochflow.pipeline.registry.Ledger;
import org.epochflow.pipeline.registry.LedgerEntry;
import org.epochflow.pipeline.registry.Promotion;
import org.epochflow.pipeline.registry.Recovery;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.pipeline.registry.Verification;
import org.epochflow.pipeline.registry.Verification.Finding;
import org.epochflow.pipeline.store.Storage;
import org.epochflow.runners.mlflow.MlflowServer;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.MLflowChampionOptions;
import org.epochflow.runners.option.RegistryOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.report.RegistryPage;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.terminal.Decisions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow registry}: what a person looks up and orders in a registry. */
@Command(
    name = "registry",
    description = "Look at a registry of models, and choose its champion by hand.",
    subcommands = {
      RegistryVerbs.Versions.class,
      RegistryVerbs.History.class,
      RegistryVerbs.Promote.class,
      RegistryVerbs.RollBack.class,
      RegistryVerbs.Verify.class,
      RegistryVerbs.Recover.class
    })
final class RegistryVerbs {
  /** What all of them take. */
  abstract static class OfRegistry implements Verb {
    @Mixin final RegistryOptions options = new RegistryOptions();
    @Mixin final GeneralOptions general = new GeneralOptions();

    Registry registry() {
      return new Registry(Location.absolute(options.registry));
    }

    /** The ledger of a registry that has one. */
    Ledger ledger() throws IOException {
      Ledger ledger = registry().ledger();
      if (ledger.entries().isEmpty()) {
        throw new UsageException(
            "Expected a registry with a ledger, found none in " + options.registry);
      }
      return ledger;
    }

    static String champion(Ledger ledger) {
      return ledger
          .champion()
          .map(champion -> "Champion: version " + Registry.name(champion))
          .orElse("No champion");
    }
  }

  /** What those take that choose the champion. */
  abstract static class OfChampion extends OfRegistry {
    @Mixin final MLflowChampionOptions mlflow = new MLflowChampionOptions();

    /** Chooses it. */
    abstract LedgerEntry chosen() throws IOException;

    @Override
    public final int run(Call call) throws IOException {
      Optional<MlflowServer> server = mlflow.server(Location.absolute(options.registry));
      ledger();
      LedgerEntry entry = chosen();
      int version = Objects.requireNonNull(entry.version());
      call.out().print(Decisions.of(entry));
      call.out().println(options.registry + "/versions/" + Registry.name(version));
      if (server.isPresent()) {
        try {
          server.get().promote(registry().run(version).path());
        } catch (IOException e) {
          call.tell("MLflow still has the earlier champion: " + e.getMessage());
        }
      }
      return 0;
    }
  }

  /** {@code epochflow registry list}. */
  @Command(
      name = "list",
      description = "List the versions in a registry; a star marks the champion",
      footer = "epochflow registry list --registry=DIR")
  static final class Versions extends OfRegistry {
    @Override
    public int run(Call call) throws IOException {
      call.out().print(Decisions.versions(ledger()));
      return 0;
    }
  }

  /** {@code epochflow registry show}. */
  @Command(
      name = "show",
      description = "Show what was decided in a registry, and why",
      footer = {
        "epochflow registry show --registry=DIR --version=12",
        "epochflow registry show --registry=DIR --html=registry.html"
      })
  static final class History extends OfRegistry {
    @Option(names = "--version", description = "Show only what was decided about this version")
    @Takes(atLeast = 1)
    @Nullable Integer version;

    @Option(
        names = "--html",
        paramLabel = "FILE",
        description = "Write a page about the whole registry to this file instead")
    @Nullable String html;

    @Override
    public int run(Call call) throws IOException {
      Ledger ledger = ledger();
      if (html != null) {
        Storage.writeText(
            Location.absolute(html), RegistryPage.of(options.registry, ledger).html());
        call.out().println(html);
      } else if (version != null) {
        call.out().print(story(version, ledger));
      } else {
        call.out().print(Decisions.story(ledger));
        call.out().println(champion(ledger));
      }
      return 0;
    }

    private String story(int of, Ledger ledger) {
      List<String> lines =
          ledger.entries().stream()
              .filter(entry -> Objects.equals(of, entry.version()))
              .map(entry -> entry.when() + "  " + Decisions.of(entry))
              .toList();
      if (lines.isEmpty()) {
        throw new UsageException(
            String.format(
                Locale.ROOT,
                "Expected a version in %s, found none of the number %d",
                options.registry,
                of));
      }
      return String.join("", lines);
    }
  }

  /** {@code epochflow registry promote}. */
  @Command(
      name = "promote",
      description = "Make a version the champion, whatever the gates decided",
      footer = "epochflow registry promote --registry=DIR --version=12")
  static final class Promote extends OfChampion {
    @Option(names = "--version", required = true, description = "Version to make the champion")
    @Takes(atLeast = 1)
    @Nullable Integer version;

    @Override
    LedgerEntry chosen() throws IOException {
      return Promotion.of(Objects.requireNonNull(version), registry(), Clock.systemUTC());
    }
  }

  /** {@code epochflow registry rollback}. */
  @Command(
      name = "rollback",
      description = "Make the previous champion the champion again",
      footer = "epochflow registry rollback --registry=DIR")
  static final class RollBack extends OfChampion {
    @Override
    LedgerEntry chosen() throws IOException {
      return Promotion.rollBack(registry(), Clock.systemUTC());
    }
  }

  /** {@code epochflow registry verify}. */
  @Command(
      name = "verify",
      description =
          "Read every version and compare it with the ledger; the exit code is 1 if one is damaged",
      footer = "epochflow registry verify --registry=DIR")
  static final class Verify extends OfRegistry {
    @Override
    public int run(Call call) throws IOException {
      ledger();
      List<Finding> findings = Verification.of(registry());
      findings.forEach(f -> call.out().println(f.of() + "  " + f.damage().orElse("ok")));
      long damaged = findings.stream().filter(finding -> finding.damage().isPresent()).count();
      if (damaged > 0) {
        call.tell(String.format(Locale.ROOT, "%d of %d damaged", damaged, findings.size()));
      }
      return damaged == 0 ? 0 : 1;
    }
  }

  /** {@code epochflow registry recover}. */
  @Command(
      name = "recover",
      description = "Rebuild a lost or damaged ledger from the versions, and say what is not known",
      footer = "epochflow registry recover --registry=DIR")
  static final class Recover extends OfRegistry {
    @Override
    public int run(Call call) throws IOException {
      Optional<Recovery> recovery = Recovery.of(registry(), Clock.systemUTC());
      if (recovery.isEmpty()) {
        call.out().println("Nothing to recover: the ledger is sound");
        return 0;
      }
      Ledger ledger = recovery.get().ledger();
      call.out().print(Decisions.story(ledger));
      call.out().println(champion(ledger));
      recovery.get().unknown().forEach(what -> call.out().println("Not known: " + what));
      return 0;
    }
  }
}
