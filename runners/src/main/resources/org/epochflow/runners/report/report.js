"use strict";
// The page of a run, after evaluation.js. data: {name, running, stop, resume, names, history, bestEpoch, waited, patience, monitor,
// diagnosis, metrics, part, statistics, config, layers, samples, wrong, right}; anything not known yet is null.

const epochs = data.history.map(({epoch}) => epoch + 1);
const column = (name) => data.history.map((row) => row[name]);

function header() {
  const last = data.history[data.history.length - 1];
  const best = data.bestEpoch > 0 ? data.history[data.bestEpoch - 1] : null;
  return element("header", {},
    element("h1", {}, data.name),
    element("p", {role: "status"}, status()),
    figures([
      ["network", data.config.architecture.config.name],
      ["parameters", grouped(data.layers.reduce((sum, layer) => sum + layer[3], 0))],
      ["epochs", `${epochs.length} of ${data.config.epochs}`],
      ...(best ? [["best epoch", data.bestEpoch], ["validation loss", fixed(best.valLoss, 4)],
        ["validation accuracy", fixed(best.valAccuracy, 4)]] : []),
      ...(data.part === "test" ? [["test loss", fixed(data.metrics.test_loss, 4)], ["test accuracy", fixed(data.metrics.test_accuracy, 4)]] : []),
      ...(data.metrics ? moreFigures() : []),
      ...(last ? [["seconds per epoch", fixed(median(column("seconds")), 2)]] : []),
    ]));
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function status() {
  return data.running
    ? follow(epochs.length === 0 ? "The first epoch is running." : `Epoch ${epochs.length + 1} is running.`, Math.max(...column("seconds"), 0), data.resume)
    : data.stop;
}

function diagnosis() {
  const {title, evidence, advice} = data.diagnosis;
  return section("Diagnosis", element("p", {}, element("strong", {}, title[0].toUpperCase() + title.slice(1)), ". ", evidence), element("p", {}, "Next: ", advice));
}

function curvesOfTraining() {
  const marks = data.bestEpoch > 0 ? [{x: data.bestEpoch, label: "best"}] : [];
  const shade = data.waited > 0 ? {from: epochs.length - data.waited, to: epochs.length} : null;
  const pair = (title, y, training, validation, log) => curves({
    title, y, log, marks, shade,
    x: {name: "epoch", values: epochs},
    series: [{name: "training", values: column(training), colour: 0, dash: 0}, {name: "validation", values: column(validation), colour: 1, dash: 1}],
  });
  const single = (title, y, values) => curves({title, y, x: {name: "epoch", values: epochs}, series: [{name: y, values, colour: 2, dash: 0}]});
  return section("Learning curves",
    element("p", {class: "faint"}, "Training figures are means over the epoch, with dropout; validation figures belong to its end.",
      shade ? ` Shaded: ${data.waited} ${data.waited === 1 ? "epoch" : "epochs"} without a better ${data.monitor}` + (data.patience ? `, of ${data.patience} that patience allows.` : ".") : ""),
    element("div", {class: "side-by-side"},
      pair("Loss", "loss", "loss", "valLoss", true),
      pair("Accuracy", "accuracy", "accuracy", "valAccuracy", false),
      [["Top-k accuracy in validation", "top-k accuracy", "valTopKAccuracy"], ["Macro f1 in validation", "f1", "valF1"],
        ["Expected calibration error in validation", "calibration error", "valEce"]]
        .filter(([,, name]) => column(name).some(Number.isFinite)).map(([title, y, name]) => single(title, y, column(name))),
      single("Learning rate at the epoch's end", "learning rate", column("learningRate")),
      single("Seconds per epoch", "seconds", column("seconds"))));
}

function dataSet(pictures) {
  const {statistics} = data;
  const parts = ["train", "validation", "test"].filter((part) => statistics[part + "_examples"] > 0);
  return section("Data",
    figures(parts.map((part) => [part, grouped(statistics[part + "_examples"])])),
    bars({title: "Class balance", y: "examples", x: {name: "class", values: names},
      series: parts.map((part, i) => ({name: part, values: statistics[part + "_per_class"], colour: i}))}),
    element("h3", {}, "A sample of the training files"),
    names.map((name, c) => {
      const tiles = data.samples.rows.flatMap((row, tile) => (row.label === c ? [{row, tile}] : []));
      return tiles.length === 0 ? null : element("ul", {class: "pictures", "aria-label": name},
        element("li", {class: "name"}, name),
        tiles.map(({row, tile}) => element("li", {title: `record ${row.index}`}, pictures.samples(tile, `${name}, record ${row.index}`, 48))));
    }));
}

function configuration() {
  const {architecture, data: files, ...settings} = data.config;
  const shown = (value) => (Array.isArray(value) ? value.join(", ") : typeof value === "object" ? JSON.stringify(value) : String(value));
  const rows = Object.entries(settings).map(([name, value]) => [name, element("span", {class: "long"}, shown(value))]);
  const pairs = [...files.train.map((pair) => ["train", pair]), ...files.test.map((pair) => ["test", pair])];
  const fingerprints = pairs.map(([part, pair], i) => {
    const {records, imagesBytes, labelsBytes, crc} = files.fingerprint[i];
    return [part, element("span", {class: "long"}, pair.images), records, imagesBytes, labelsBytes, crc];
  });
  const count = (name) => ({name, number: true, text: grouped});
  return section("Configuration",
    element("div", {class: "side-by-side"},
      table("What decided the result", [{name: "option"}, {name: "value"}], rows),
      table("Layers", [{name: "layer"}, {name: "type"}, {name: "output shape"}, count("parameters")], data.layers)),
    table("Data, by its fingerprint", [{name: "part"}, {name: "images"}, count("records"), count("image bytes"), count("label bytes"), {name: "CRC-32C"}], fingerprints));
}

const pictures = spritesOf(["samples", "wrong", "right"]);
page.append(header());
if (data.diagnosis) page.append(diagnosis());
if (epochs.length > 0) page.append(curvesOfTraining());
if (data.metrics) page.append(...evaluation(data.part === "test" ? "Test of the best model" : "The best model on its validation examples", pictures));
page.append(dataSet(pictures), configuration());
