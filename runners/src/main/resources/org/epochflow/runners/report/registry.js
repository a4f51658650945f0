"use strict";
// The page of a registry. data: {name, champion, entries: the lines of the ledger}; a line lacks the fields that do not apply.

const trained = data.entries.filter(({figures}) => figures);
const versions = trained.map(({version}) => version);
const number = (version) => (version == null ? "–" : String(version).padStart(5, "0"));
const when = (entry) => entry.when.slice(0, 16).replace("T", " ");
const whole = (text) => element("span", {class: "whole"}, text);
const long = (text) => element("span", {class: "long"}, text);
const words = (decision) => decision.replace("_", " ");
const column = (read) => trained.map(read);
const champion = trained.find(({version}) => version === data.champion);

function header() {
  const last = data.entries[data.entries.length - 1];
  return element("header", {},
    element("h1", {}, "Registry ", data.name),
    element("p", {role: "status"}, `Last decision, on ${when(last)} UTC: version ${number(last.version)} ${words(last.decision)}, ${last.why}`),
    figures([
      ["champion", number(data.champion)],
      ...(champion ? [["its test accuracy", fixed(champion.figures.challenger.accuracy, 4)],
        ["its test loss", fixed(champion.figures.challenger.loss, 4)]] : []),
      ["versions trained", trained.length],
      ["promoted", data.entries.filter(({decision}) => decision === "promoted").length],
      ["failed", data.entries.filter(({decision}) => ["failed", "diverged", "drifted"].includes(decision)).length],
    ]));
}

/** Marks where the champion changed. */
function promotions() {
  return trained.filter(({decision}) => decision === "promoted").map(({version}) => ({x: version, label: "promoted"}));
}

function overTime() {
  const x = {name: "version", values: versions};
  const marks = promotions();
  const pair = (title, y, name) => curves({title, y, x, marks, series: [
    {name: "version", values: column(({figures}) => figures.challenger[name]), colour: 0, dash: 0},
    {name: "previous champion, same data", values: column(({figures}) => figures.champion?.[name]), colour: 1, dash: 1},
  ]});
  return section("Figures over time",
    element("p", {class: "faint"}, "On the test data of each retraining; a line marks a promotion."),
    element("div", {class: "side-by-side"},
      pair("Test accuracy", "accuracy", "accuracy"),
      pair("Test loss", "loss", "loss"),
      curves({title: "Drift from the champion's data", y: "0 to 1", min: 0, x, series: [
        {name: "class balance", values: column(({drift}) => drift?.class_balance), colour: 0, dash: 0},
        {name: "pixel mean", values: column(({drift}) => drift?.pixel_mean), colour: 1, dash: 1},
        {name: "pixel deviation", values: column(({drift}) => drift?.pixel_deviation), colour: 2, dash: 2},
      ]}),
      curves({title: "Training examples", y: "examples", x, series: [
        {name: "training and validation", values: column((entry) => entry.data?.train_examples), colour: 0, dash: 0}]})));
}

function versionTable() {
  const figure = (name) => ({name, number: true, text: (value) => fixed(value, 4)});
  return section("Versions", table("Each version; press the head of a column to sort",
    [{name: "version"}, {name: "when (UTC)"}, {name: "decision"}, figure("test accuracy"), figure("champion's"), figure("test loss"), figure("test f1"), figure("calibration error"),
      {name: "McNemar's p", number: true, text: probability}, {name: "why"}],
    trained.map((entry) => [
      whole(number(entry.version) + (entry.version === data.champion ? " ★" : "")), whole(when(entry)), words(entry.decision),
      entry.figures.challenger.accuracy, entry.figures.champion?.accuracy, entry.figures.challenger.loss, entry.figures.challenger.f1,
      entry.figures.challenger.ece, entry.figures.comparison?.p_value, long(entry.why)])),
    element("p", {class: "faint"}, "★ is the champion. McNemar's p is the probability of a difference at least this large if both were equally often wrong."));
}

function probability(value) {
  return !Number.isFinite(value) ? "–" : value < 0.0001 ? "< 0.0001" : fixed(value, 4);
}

function story() {
  return section("Every decision", table("The ledger, line by line",
    [{name: "line", number: true}, {name: "when (UTC)"}, {name: "version"}, {name: "decision"}, {name: "why"}],
    data.entries.map((entry) => [entry.sequence, whole(when(entry)), number(entry.version), words(entry.decision), long(entry.why)])));
}

page.append(header(), versionTable(), ...(trained.length > 0 ? [overTime()] : []), story());
