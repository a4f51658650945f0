package org.epochflow.runners.cli;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import org.epochflow.model.idx.IdxFormatException;
import org.epochflow.model.json.ModelFormatException;
import org.epochflow.model.kernel.KernelsUnavailableException;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.pipeline.data.BadDataException;
import org.epochflow.pipeline.registry.RegistryException;
import org.epochflow.pipeline.run.ResumptionException;
import org.epochflow.pipeline.store.FolderInUseException;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.PlatformText;

/**
 * What a failure says, and the exit code. A failure of a kind that is known has one message, also
 * where Beam has wrapped it; any other is a bug and shows where it happened.
 *
 * @param message empty for a bug
 */
record Failure(int exit, Optional<String> message) {
  /** The first known kind among {@code thrown} and its causes. */
  static Failure of(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      Optional<Failure> known = known(t);
      if (known.isPresent()) {
        return known.get();
      }
    }
    return new Failure(1, Optional.empty());
  }

  private static Optional<Failure> known(Throwable thrown) {
    String message = String.valueOf(thrown.getMessage());
    if (thrown instanceof UsageException
        || thrown instanceof ArchitectureException
        || thrown instanceof BadDataException
        || thrown instanceof FolderInUseException
        || thrown instanceof IdxFormatException
        || thrown instanceof ModelFormatException
        || thrown instanceof RegistryException
        || thrown instanceof ResumptionException) {
      return failure(2, message);
    } else if (thrown instanceof InvalidPathException path) {
      return failure(2, PlatformText.ofProcess().refusal(path.getInput()));
    } else if (thrown instanceof KernelsUnavailableException) {
      return failure(1, message);
    } else if (thrown instanceof NoSuchFileException || thrown instanceof FileNotFoundException) {
      return failure(2, "No such file: " + message);
    } else if (thrown instanceof AccessDeniedException) {
      return failure(1, "No permission to read or write " + message);
    } else if (thrown instanceof FileSystemException) {
      return failure(1, "Cannot read or write " + message);
    } else if (thrown instanceof OutOfMemoryError) {
      return failure(1, "Out of memory; give more with EPOCHFLOW_JAVA_OPTS=-Xmx4g");
    } else if (thrown instanceof IOException) {
      return failure(1, message);
    }
    return Optional.empty();
  }

  private static Optional<Failure> failure(int exit, String message) {
    return Optional.of(new Failure(exit, Optional.of(message)));
  }

  /** Prints it and returns the exit code. */
  int report(Throwable thrown, PrintStream err) {
    message.ifPresentOrElse(
        text -> err.println("epochflow: " + text),
        () -> {
          err.println("epochflow: an error of the program itself; please report it:");
          thrown.printStackTrace(err);
        });
    return exit;
  }
}
