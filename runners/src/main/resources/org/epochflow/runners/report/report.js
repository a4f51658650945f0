"use strict";
// The page of a run. data: {name, running, stop, resume, names, history, bestEpoch, waited, patience, monitor, diagnosis,
// metrics, part, statistics, config, layers, samples, wrong, right}; anything not known yet is null.

const {names} = data;
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
      single("Learning rate at the epoch's end", "learning rate", column("learningRate")),
      single("Seconds per epoch", "seconds", column("seconds"))));
}

function confusion(pictures) {
  const counts = data.metrics.confusion;
  const row = counts.map((all) => all.reduce((sum, count) => sum + count, 0));
  return heatMap("Confusion: rows are true classes, columns predicted ones; press a cell to see its samples", "", names, names, (label, predicted) => {
    const count = counts[label][predicted];
    const share = row[label] === 0 ? 0 : count / row[label];
    return {
      text: grouped(count),
      share: label === predicted ? share : Math.sqrt(share),
      tone: label === predicted ? "heat" : "wrong",
      label: `${names[label]} taken for ${names[predicted]}: ${count}`,
      open: count > 0 && (() => openCell(label, predicted, count, pictures)),
    };
  });
}

function openCell(label, predicted, count, pictures) {
  const shown = label === predicted ? data.right : data.wrong;
  const tiles = shown.rows.flatMap((row, tile) =>
    row.label === label && (row.predicted ?? label) === predicted ? [{row, tile}] : []);
  openDialog(`${names[label]} taken for ${names[predicted]}: ${grouped(count)}`,
    element("p", {class: "faint"}, tiles.length === 0 ? "This page has none of them." : tiles.length < count ? `${tiles.length} of them:` : "All of them:"),
    gallery(label === predicted ? pictures.right : pictures.wrong, tiles));
}

function gallery(picture, tiles) {
  return element("ul", {class: "pictures captioned"}, tiles.map(({row, tile}) => {
    const wrong = row.predicted !== undefined;
    const words = names[row.label] + (wrong ? ` → ${names[row.predicted]} ${Math.round(100 * row.confidence)}%` : "");
    return element("li", {title: `record ${row.index}`}, picture(tile, `record ${row.index}: ${words}`, 70),
      names[row.label], wrong ? [element("br"), `→ ${names[row.predicted]} ${Math.round(100 * row.confidence)}%`] : []);
  }));
}

function perClass() {
  const rows = data.metrics.per_class.map(({precision, recall, f1, support}, i) => [names[i], precision, recall, f1, support]);
  const share = (name) => ({name, number: true, text: (value) => fixed(value, 4)});
  return table("Each class", [{name: "class"}, share("precision"), share("recall"), share("f1"), {name: "support", number: true, text: grouped}], rows);
}

/** The mistakes, the most confident first, by class. */
function misclassified(pictures) {
  const step = 60;
  let most = step;
  const choice = (name) => element("select", {"aria-label": name, change: () => { most = step; fill(); }},
    element("option", {value: ""}, `${name}: all`), names.map((text, value) => element("option", {value}, `${name}: ${text}`)));
  const label = choice("true");
  const predicted = choice("predicted");
  const list = element("div");
  const fits = (select, value) => select.value === "" || Number(select.value) === value;
  const fill = () => {
    const all = data.wrong.rows.map((row, tile) => ({row, tile}))
      .filter(({row}) => fits(label, row.label) && fits(predicted, row.predicted))
      .sort((a, b) => b.row.confidence - a.row.confidence);
    const more = element("button", {type: "button", click: () => { most += step; fill(); }}, `More (${all.length - most})`);
    list.replaceChildren(gallery(pictures.wrong, all.slice(0, most)), ...(all.length > most ? [more] : []));
  };
  fill();
  const kept = data.wrong.rows.length < data.wrong.total
    ? `This page has ${grouped(data.wrong.rows.length)} of ${grouped(data.wrong.total)}: the most confident of each pair of classes. All are in misclassified/.`
    : `${grouped(data.wrong.total)} in all, the most confident first.`;
  return section("Misclassified", element("p", {class: "faint"}, kept), element("div", {class: "controls"}, label, predicted), list);
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

const pictures = Object.fromEntries(["samples", "wrong", "right"].filter((kind) => data[kind]).map((kind) => [kind, sprite(data[kind].images)]));
page.append(header());
if (data.diagnosis) page.append(diagnosis());
if (epochs.length > 0) page.append(curvesOfTraining());
if (data.metrics) page.append(section(data.part === "test" ? "Test of the best model" : "The best model on its validation examples", element("div", {class: "in-a-row"}, confusion(pictures), perClass())));
if (data.wrong) page.append(misclassified(pictures));
page.append(dataSet(pictures), configuration());
