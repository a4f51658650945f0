"use strict";
// The figures of an evaluation, for the pages of a run and of evaluate. data: {names, metrics, part, wrong, right}; right may be null.

const {names} = data;

/** The pictures of these parts of the data, as far as they are known. */
function spritesOf(kinds) {
  return Object.fromEntries(kinds.filter((kind) => data[kind]).map((kind) => [kind, sprite(data[kind].images)]));
}

/** The sections of an evaluation. */
function evaluation(title, pictures) {
  return [
    section(title, element("div", {class: "in-a-row"}, confusion(pictures), perClass())),
    ...(data.metrics.calibration ? [calibration()] : []),
    ...(data.wrong ? [misclassified(pictures)] : []),
  ];
}

/** The figures that the metrics of earlier programs lack. */
function moreFigures() {
  const figure = (name) => data.metrics[`${data.part}_${name}`];
  return [[`${data.part} macro f1`, figure("f1")], [`${data.part} top-${data.metrics.top_k} accuracy`, figure("top_k_accuracy")],
    [`${data.part} calibration error`, figure("ece")]]
    .filter(([, value]) => value !== undefined).map(([name, value]) => [name, fixed(value, 4)]);
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
  const tiles = (shown?.rows ?? []).flatMap((row, tile) =>
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
  const means = ["macro", "weighted"].filter((name) => data.metrics[name]).map((name) => {
    const {precision, recall, f1} = data.metrics[name];
    return [name, precision, recall, f1, data.metrics.examples];
  });
  const share = (name) => ({name, number: true, text: (value) => fixed(value, 4)});
  const columns = (name) => [{name}, share("precision"), share("recall"), share("f1"), {name: "support", number: true, text: grouped}];
  return element("div", {}, table("Each class", columns("class"), rows),
    means.length > 0 ? table("Over the classes", columns("mean"), means) : null);
}

/** The reliability diagram: of a calibrated model both bars of a bin are equally high. */
function calibration() {
  const bins = 15;
  const found = new Map(data.metrics.calibration.map((bin) => [Math.round(bin.to * bins), bin]));
  const numbers = Array.from({length: bins}, (_, i) => i + 1);
  const values = (name) => numbers.map((number) => found.get(number)?.[name] ?? null);
  const x = {name: "confidence", values: numbers.map((number) => `${fixed((number - 1) / bins, 2)} to ${fixed(number / bins, 2)}`)};
  return section("Calibration",
    element("p", {class: "faint"}, "The examples by the probability of the predicted class, their confidence. Of a calibrated model accuracy and ",
      `confidence are equal in every bin; the expected calibration error, ${fixed(data.metrics[`${data.part}_ece`], 4)}, is their mean difference.`),
    element("div", {class: "side-by-side"},
      bars({title: "Reliability", y: "share", x, series: [{name: "accuracy", values: values("accuracy"), colour: 0},
        {name: "mean confidence", values: values("confidence"), colour: 1}]}),
      bars({title: "Examples by confidence", y: "examples", x, series: [{name: "examples", values: values("examples"), colour: 2}]})));
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
