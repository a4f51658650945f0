"use strict";
// The page of a tuning or a cross-validation. data: {title, kind, monitor, options: [{name, log}], trials, summary, running, seconds,
// resume, lower_is_better: whether that is so of the monitor}; in a tuning the best trials come first. Only running work has seconds and resume, only finished work reports and a summary.

const SHOWN = 8; // the number of colours
const tuning = data.kind === "trial";
const called = (trial) => `${data.kind} ${trial.number}`;
const told = (trial) => data.options.map(({name}, i) => `${name} ${trial.values[i]}`).join(", ");
const hasFigures = (trial) => Number.isFinite(trial[data.monitor]);
const shownFigures = [...new Set(["val_loss", "val_accuracy", data.monitor])];
const figured = data.trials.filter(hasFigures);
const ended = data.trials.filter(({status}) => !["waiting", "running", "paused"].includes(status));

function status() {
  return element("p", {role: "status"}, follow(`${ended.length} of ${data.trials.length} ${data.kind}s have ended.`, data.seconds, data.resume));
}

function overview() {
  const summary = data.summary;
  if (tuning) {
    const best = data.trials[0];
    if (!hasFigures(best) || best.status === "diverged") return figures([["best", data.running ? "none yet" : "none: every trial diverged"]]);
    return figures([[data.running ? "best so far" : "best", called(best)], ...data.options.map(({name}, i) => [name, best.values[i]]),
      ...shownFigures.map((name) => [name, fixed(best[name], 4)]),
      ...(summary ? [[summary.part + ", accuracy", fixed(summary.accuracy, 4)]] : [])]);
  }
  return figures([...shownFigures.map((name) => [name, meanOf(ended.filter(hasFigures).map((fold) => fold[name]))]),
    ...(summary ? [[summary.part + ", accuracy", fixed(summary.accuracy, 4)], ["examples", grouped(summary.examples)]] : [])]);
}

/** The mean and the sample standard deviation. */
function meanOf(values) {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${fixed(mean, 4)} ± ${fixed(Math.sqrt(squares / (values.length - 1)), 4)}`;
}

function results() {
  const columns = [{name: data.kind, number: true}, ...data.options.map(({name}, i) => ({name, number: numeric(i)})),
    ...shownFigures.map((name) => ({name, number: true, text: (value) => fixed(value, 4)})), {name: "status"},
    {name: "epochs", number: true}, {name: "best epoch", number: true}];
  const caption = (tuning ? "The best first" : "Each fold") + (data.running ? "" : "; press a number to open its page");
  return table(caption, columns, data.trials.map((trial) =>
    [trial.report ? element("a", {href: trial.report}, trial.number) : trial.number, ...trial.values.map((value, i) => (numeric(i) ? Number(value) : value)),
      ...shownFigures.map((name) => trial[name]), trial.status.replace("_", " "), trial.history.loss.length, trial.best_epoch]));
}

function history(name) {
  const shown = data.trials.slice(0, SHOWN);
  const epochs = Math.max(...shown.map((trial) => trial.history[name].length));
  return curves({title: name + (shown.length < data.trials.length ? `, the ${tuning ? "best" : "first"} ${SHOWN}` : ""), y: name,
    x: {name: "epoch", values: Array.from({length: epochs}, (_, i) => i + 1)}, log: name.endsWith("loss"),
    series: shown.map((trial) => ({name: called(trial), values: trial.history[name]}))});
}

/** The best value of the monitor after each trial, in the order of their numbers. */
function bestSoFar() {
  const better = data.lower_is_better ? Math.min : Math.max;
  const trials = [...data.trials].sort((a, b) => a.number - b.number);
  const value = (trial) => (trial.status === "diverged" ? null : trial[data.monitor]);
  let best = null;
  const soFar = trials.map((trial) => {
    const own = value(trial);
    if (Number.isFinite(own)) best = best === null ? own : better(best, own);
    return best;
  });
  return curves({title: "Best so far", x: {name: "trial", values: trials.map((trial) => trial.number)}, y: data.monitor,
    series: [{name: "best so far", values: soFar}, {name: "each trial", values: trials.map(value), points: true}]});
}

function numeric(option) {
  return data.trials.every((trial) => trial.values[option].trim() !== "" && Number.isFinite(Number(trial.values[option])));
}

/** Words are placed at 1, 2, ... in their order. A range keeps the scale of its search; listed numbers far apart get a logarithmic scale. */
function byOption({name, log}, option) {
  const words = [...new Set(data.trials.map((trial) => trial.values[option]))].sort();
  const place = (trial) => (numeric(option) ? Number(trial.values[option]) : words.indexOf(trial.values[option]) + 1);
  const places = data.trials.map(place);
  const wide = numeric(option) && Math.min(...places) > 0 && Math.max(...places) / Math.min(...places) >= 20;
  const axis = numeric(option) ? name : `${name}: ${words.map((word, i) => `${i + 1} ${word}`).join(", ")}`;
  const series = [["trained", (status) => status !== "dropped" && status !== "diverged"], ["dropped", (status) => status === "dropped"],
    ["diverged", (status) => status === "diverged"]]
    .map(([called, of]) => ({name: called, points: figured.filter((trial) => of(trial.status))
      .map((trial) => ({x: place(trial), y: trial[data.monitor], label: `trial ${trial.number}: ${told(trial)}`}))}))
    .filter(({points}) => points.length > 0);
  return scatter({title: `${data.monitor} by ${name}`, x: {name: axis, log: log ?? wide}, y: {name: data.monitor}, series});
}

page.append(element("h1", {}, data.title), ...(data.running ? [status()] : []), overview(), section(tuning ? "Trials" : "Folds", results()));
if (tuning && figured.length > 0) {
  page.append(section("Search", element("div", {class: "side-by-side"}, bestSoFar(), data.options.map(byOption))));
}
page.append(section("Curves", element("div", {class: "side-by-side"}, [...shownFigures, "loss", "accuracy"].map(history))));
