package org.epochflow.runners.verb;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.epochflow.model.format.SavedModel;
import org.epochflow.model.predict.Classifier;
import org.epochflow.pipeline.predict.LiveModel;
import org.epochflow.pipeline.registry.Registry;
import org.epochflow.runners.option.GeneralOptions;
import org.epochflow.runners.option.PixelsOptions;
import org.epochflow.runners.option.Takes;
import org.epochflow.runners.option.UsageException;
import org.epochflow.runners.request.Location;
import org.epochflow.runners.request.Models;
import org.epochflow.runners.serve.ModelServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code epochflow serve}. */
@Command(
    name = "serve",
    description = "Answer HTTP requests for predictions, in TensorFlow Serving's REST form",
    footer = {
      "epochflow serve --model=runs/0001-softmax",
      "epochflow serve --registry=DIR --port=8080 --name=fashion"
    })
final class ServeVerb implements Verb {
  private static final int MIB = 1 << 20;

  @Option(
      names = "--model",
      paramLabel = "FILE|RUN",
      description = "Model that predicts: a .keras file or a run's folder")
  @Nullable String model;

  @Option(
      names = "--registry",
      paramLabel = "DIR",
      description = "Registry whose champion predicts; a new champion takes over by itself")
  @Nullable String registry;

  @Option(
      names = "--lookEvery",
      paramLabel = "SECONDS",
      description = "Time between two looks for another champion, in seconds")
  @Takes(above = 0, atMost = 86400)
  double lookEvery = 5;

  @Option(names = "--name", description = "Name of the model in paths: /v1/models/NAME:predict")
  String name = "model";

  @Option(names = "--port", description = "Port to listen on; 0 is any that is free")
  @Takes(atLeast = 0, atMost = 65535)
  int port = 8080;

  @Option(
      names = "--host",
      description =
          "Address to listen on. Only this machine reaches the default; 0.0.0.0 is for all machines"
              + " that reach this one: there is neither encryption nor a password")
  String host = "127.0.0.1";

  @Option(names = "--threads", description = "Requests that are worked on at the same time")
  @Takes(atLeast = 1, atMost = 1024, fallback = "the number of processors")
  @Nullable Integer threads;

  @Option(
      names = "--queue",
      description = "Requests that wait; others get status 503, and may come again")
  @Takes(atLeast = 0, atMost = 10000)
  int queue = 64;

  @Option(
      names = "--maxRequestMiB",
      description = "Size of the largest request, in MiB; larger ones get status 413")
  @Takes(atLeast = 1, atMost = 1024)
  int maxRequestMiB = 4;

  @Mixin final PixelsOptions pixels = new PixelsOptions();
  @Mixin final GeneralOptions general = new GeneralOptions();

  @Override
  public int run(Call call) throws IOException {
    if (!name.matches("[A-Za-z0-9._-]+")) {
      throw new UsageException(
          "Expected --name to be of letters, digits, '.', '_' and '-', found '" + name + "'");
    }
    InetSocketAddress address = new InetSocketAddress(host(), port);
    LiveModel live = live();
    ModelServer server = ModelServer.start(address, name, live, limits());
    CountDownLatch stopped = new CountDownLatch(1);
    Thread drain =
        new Thread(
            () -> {
              server.close();
              stopped.countDown();
            },
            "drain");
    Runtime.getRuntime().addShutdownHook(drain);
    tellStart(call, server.address(), live);
    follow(call, server, live);
    try {
      stopped.await(); // Ctrl-C or a signal ends the process
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  private InetAddress host() {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      throw new UsageException("Expected --host to be an address, found '" + host + "'");
    }
  }

  private LiveModel live() throws IOException {
    Function<SavedModel, Classifier> as = saved -> Classifier.of(pixels.of(saved));
    if (model != null && registry == null) {
      return LiveModel.file(Models.file(model), as);
    } else if (model == null && registry != null) {
      return LiveModel.champion(Location.absolute(registry), as);
    }
    throw new UsageException("serve needs either --model=FILE|RUN or --registry=DIR");
  }

  private ModelServer.Limits limits() {
    int working = threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    return new ModelServer.Limits(working, queue, maxRequestMiB * MIB);
  }

  private void tellStart(Call call, InetSocketAddress address, LiveModel live) {
    if (!address.getAddress().isLoopbackAddress()) {
      call.tell("Whoever reaches this machine can ask for predictions: --host=%s".formatted(host));
    }
    String shown = host.contains(":") ? "[" + host + "]" : host;
    call.out()
        .println(
            String.format(
                Locale.ROOT,
                "Serving %s, version %s, at http://%s:%d/",
                name,
                version(live),
                shown,
                address.getPort()));
  }

  private String version(LiveModel live) {
    int number = live.current().number();
    return registry == null ? String.valueOf(number) : Registry.name(number);
  }

  /** Looks for another champion, now and then, in a thread that does not keep the process. */
  private void follow(Call call, ModelServer server, LiveModel live) {
    if (registry == null) {
      return;
    }
    ScheduledExecutorService looks =
        Executors.newSingleThreadScheduledExecutor(
            look -> {
              Thread thread = new Thread(look, "champion");
              thread.setDaemon(true);
              return thread;
            });
    long millis = Math.max(1, Math.round(lookEvery * 1000));
    String[] told = {""};
    var unused =
        looks.scheduleWithFixedDelay(
            () -> told[0] = look(call, server, live, told[0]),
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  /** What was wrong with the champion, if anything; it is told once. */
  private String look(Call call, ModelServer server, LiveModel live, String told) {
    try {
      if (live.refresh()) {
        call.shown().println("Serving version " + version(live));
      }
      return "";
    } catch (IOException | RuntimeException e) {
      server.lookFailed();
      String wrong = String.valueOf(e.getMessage());
      if (!wrong.equals(told)) {
        call.tell("Version %s goes on: %s".formatted(version(live), wrong));
      }
      return wrong;
    }
  }
}
