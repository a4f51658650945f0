"use strict";
// Runs side by side. data: {runs: [{path, history}], settings and figures: rows of a name and each run's value}.

const longest = Math.max(...data.runs.map(({history}) => history.length));
const x = {name: "epoch", values: Array.from({length: longest}, (_, i) => i + 1)};
const overlay = (title, y, name, log) => curves({
  title, y, x, log,
  series: data.runs.map(({path, history}, i) => ({name: path, values: history.map((row) => row[name]), colour: i % 8, dash: i % 4})),
});
const columns = [{name: ""}, ...data.runs.map(({path}) => ({name: path}))];

page.append(
  element("header", {}, element("h1", {}, document.title)),
  section("Figures", table("Validation figures belong to the best epoch", columns, data.figures)),
  section("Configuration", data.settings.length > 0
    ? table("Differences", columns, data.settings)
    : element("p", {}, "Nothing differs.")),
  section("Learning curves", element("div", {class: "side-by-side"},
    overlay("Validation loss", "loss", "valLoss", true),
    overlay("Validation accuracy", "accuracy", "valAccuracy", false),
    overlay("Training loss", "loss", "loss", true),
    overlay("Seconds per epoch", "seconds", "seconds", false))));
