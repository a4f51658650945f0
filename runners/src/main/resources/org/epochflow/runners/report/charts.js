"use strict";
// Shared by all pages: elements, tables, heat maps, pictures, curves and scatter plots. Every function returns an element to append.

const data = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("page");

/** element("p", {class: "faint"}, "text", child): text is text, never markup; a function is a listener. */
function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false && value != null) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat().filter((child) => child != null));
  return made;
}

/** A part of the page under a heading. */
function section(title, ...children) {
  return element("section", {}, element("h2", {}, title), ...children);
}

/** Names and values in boxes: figures([["accuracy", "0.91"]]). */
function figures(pairs) {
  return element("dl", {class: "figures"}, pairs.map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))));
}

/** A number with so many digits after the point; a dash if it is not finite. */
function fixed(value, digits) {
  return Number.isFinite(value) ? value.toFixed(digits) : "–";
}

/** 1234567 becomes 1,234,567. */
function grouped(value) {
  return Number.isFinite(value) ? value.toLocaleString("en") : "–";
}

/**
 * A table that sorts by a column when its head is pressed.
 * columns: [{name, number: true for numbers, text: (value) => shown}]; rows: arrays of values or elements.
 */
function table(caption, columns, rows) {
  const body = element("tbody");
  const fill = (sorted) => body.replaceChildren(...sorted.map((row) => element("tr", {}, row.map((value, i) =>
    element(i === 0 ? "th" : "td", {scope: i === 0 && "row", class: columns[i].number && "number"},
      value instanceof Node ? value : (columns[i].text ?? String)(value ?? "–"))))));
  const heads = columns.map((column, i) => {
    const head = element("th", {scope: "col", class: column.number && "number"},
      element("button", {type: "button", click: () => {
        const up = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        fill([...rows].sort((a, b) => (up ? 1 : -1) * compare(a[i], b[i])));
      }}, column.name));
    return head;
  });
  fill(rows);
  return element("div", {class: "scroll"},
    element("table", {}, element("caption", {}, caption), element("thead", {}, element("tr", {}, heads)), body));
}

function compare(a, b) {
  const key = (value) => (value instanceof Node ? value.textContent : value ?? "");
  return typeof a === "number" && typeof b === "number" ? a - b : String(key(a)).localeCompare(String(key(b)), "en", {numeric: true});
}

/**
 * A table of coloured cells. cell(row, column) returns {text, share: 0..1, tone: "heat" or "wrong", label, open}: a screen reader
 * reads label; a cell with open is a button.
 */
function heatMap(caption, corner, rows, columns, cell) {
  const one = (row, column) => {
    const {text, share, tone, label, open} = cell(row, column);
    const percent = Math.round(100 * share);
    return element("td", {}, element(open ? "button" : "span", {
      type: open && "button",
      class: percent > 60 && "dark",
      style: `background: color-mix(in srgb, var(--${tone ?? "heat"}) ${percent}%, var(--paper))`,
      "aria-label": open && label,
      title: label,
      click: open ?? (() => {}),
    }, text));
  };
  return element("div", {class: "scroll"}, element("table", {class: "heat"},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, element("th", {}, corner), columns.map((name) => element("th", {scope: "col"}, element("span", {}, name))))),
    element("tbody", {}, rows.map((name, row) =>
      element("tr", {}, element("th", {scope: "row"}, name), columns.map((_, column) => one(row, column)))))));
}

/** Shows the tiles of a Sprite: pictures = sprite(data.images); pictures(7, "a boot", 56) is tile 7, 56 pixels wide. */
function sprite({url, width, height, columns}) {
  const name = "sprite-" + document.head.querySelectorAll("style").length;
  document.head.append(element("style", {}, `.${name} { background-image: url(${url}) }`));
  return (tile, label, size) => {
    const scale = size / Math.max(width, height);
    const left = (tile % columns) * width * scale;
    const top = Math.floor(tile / columns) * height * scale;
    return element("span", {
      class: "picture " + name, role: "img", "aria-label": label,
      style: `width: ${width * scale}px; height: ${height * scale}px; background-size: ${columns * width * scale}px auto; `
        + `background-position: ${-left}px ${-top}px`,
    });
  };
}

/** Opens children in a dialog with a close button; Escape closes it too. */
function openDialog(title, ...children) {
  const dialog = element("dialog", {"aria-label": title, close: () => dialog.remove()},
    element("div", {class: "controls"}, element("h2", {}, title),
      element("button", {type: "button", click: () => dialog.close()}, "Close")),
    ...children);
  document.body.append(dialog);
  dialog.showModal();
}

/**
 * For the page of work in progress: reloads the page every two seconds and returns the text that says so. If the page is older than
 * an epoch explains, the text says that the work seems to have stopped. seconds: the longest epoch; resume: the command that resumes.
 */
function follow(now, seconds, resume) {
  setTimeout(refresh, 2000);
  const age = (Date.now() - Date.parse(document.lastModified)) / 1000;
  const due = seconds > 0 ? 60 + 5 * seconds : 600;
  return age < due ? `${now} This page updates itself.`
    : `Written ${Math.round(age / 60)} minutes ago; the work seems to have stopped. Resume it with: ${resume}`;
}

/** Reloads the page, but not while the reader has something opened, sorted or switched, which a reload would undo. */
function refresh() {
  if (document.querySelector("dialog[open], details[open], [aria-sort], input:checked")) setTimeout(refresh, 2000);
  else location.reload();
}

const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const charts = [];
Chart.defaults.animation = false;
Chart.defaults.plugins.legend.labels.usePointStyle = true;
Chart.defaults.plugins.legend.labels.boxHeight = 6;
Chart.defaults.color = () => css("--ink");
Chart.defaults.borderColor = () => css("--rule");
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((chart) => chart.update()));

const DASHES = [[], [7, 4], [2, 3], [10, 3, 2, 3]];
const MARKERS = ["circle", "triangle", "rect", "rectRot"];

/** Shades x from shade.from to shade.to, and draws a line with a label above it at each of marks: [{x, label}]. */
const annotations = {
  id: "annotations",
  beforeDatasetsDraw(chart, _, {shade, marks}) {
    const {ctx, chartArea: {top, bottom, left, right}, scales: {x}} = chart;
    ctx.save();
    if (shade) {
      const from = Math.max(left, x.getPixelForValue(shade.from));
      ctx.fillStyle = css("--shade");
      ctx.fillRect(from, top, Math.min(right, x.getPixelForValue(shade.to)) - from, bottom - top);
    }
    ctx.strokeStyle = ctx.fillStyle = css("--faint");
    ctx.setLineDash([3, 3]);
    for (const mark of marks ?? []) {
      const at = x.getPixelForValue(mark.x);
      ctx.beginPath();
      ctx.moveTo(at, top);
      ctx.lineTo(at, bottom);
      ctx.stroke();
      ctx.textAlign = at > (left + right) / 2 ? "right" : "left";
      ctx.textBaseline = "bottom";
      ctx.fillText(mark.label, at, top - 2);
    }
    ctx.restore();
  },
};

/**
 * Lines over x. Hovering and the arrow keys show values; there is a switch to a logarithmic axis, and a table of the values.
 * of: {title, x: {name, values}, y: name, min: the smallest y if known, series: [{name, values, colour: 0..7,
 * dash: 0..3, points: true for points without a line}], log: true for the switch, shade, marks: see annotations}.
 */
function curves(of) {
  const shown = (value) => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null);
  const chart = {
    type: "line",
    data: {datasets: of.series.map((series, i) => ({
      label: series.name,
      data: of.x.values.map((x, at) => ({x, y: shown(series.values[at])})),
      borderColor: () => css(`--series-${series.colour ?? i % 8}`),
      backgroundColor: () => css(`--series-${series.colour ?? i % 8}`),
      borderDash: DASHES[series.dash ?? i % DASHES.length],
      pointStyle: MARKERS[series.dash ?? i % MARKERS.length],
      borderWidth: 2,
      showLine: !series.points,
      pointRadius: of.x.values.length > 60 ? 0 : 3,
    }))},
    options: {
      interaction: {mode: "index", intersect: false},
      scales: {
        x: {type: "linear", title: {display: true, text: of.x.name}, ticks: {precision: 0}},
        y: {type: "linear", min: of.min, title: {display: true, text: of.y}},
      },
      layout: {padding: {top: of.marks?.length ? 14 : 0}},
      plugins: {annotations: {shade: of.shade, marks: of.marks}, legend: {position: of.marks?.length ? "bottom" : "top"}},
    },
  };
  const columns = [{name: of.x.name, number: true}, ...of.series.map(({name}) => ({name, number: true}))];
  const rows = of.x.values.map((x, at) => [x, ...of.series.map(({values}) => shown(values[at]))]);
  return plot(of, chart, columns, rows);
}

/** Bars side by side. of: {title, x: {name, values: labels}, y: name, series: [{name, values, colour}]}. */
function bars(of) {
  const chart = {
    type: "bar",
    data: {labels: of.x.values, datasets: of.series.map((series, i) => ({
      label: series.name,
      data: series.values,
      backgroundColor: () => css(`--series-${series.colour ?? i % 8}`),
    }))},
    options: {interaction: {mode: "index", intersect: false}, scales: {y: {title: {display: true, text: of.y}}}},
  };
  const columns = [{name: of.x.name}, ...of.series.map(({name}) => ({name, number: true}))];
  const rows = of.x.values.map((x, at) => [x, ...of.series.map(({values}) => values[at])]);
  return plot(of, chart, columns, rows);
}

/** Labels only 1, 2 and 5 times a power of ten: Chart.js labels ever more towards the end of an axis, until they overlap. */
const named = (value) => (/^[125]e/.test(Number(value.toPrecision(6)).toExponential()) ? String(Number(value.toPrecision(6))) : "");
const axis = ({name, log}) => ({type: log ? "logarithmic" : "linear", ticks: log ? {callback: named} : {}, title: {display: true, text: name}});

/**
 * Points in a plane. of: {title, x: {name, log}, y: {name, log}, series: [{name, points: [{x, y, label}], colour, dash}]}.
 */
function scatter(of) {
  const chart = {
    type: "scatter",
    data: {datasets: of.series.map((series, i) => ({
      label: series.name,
      data: series.points,
      backgroundColor: () => css(`--series-${series.colour ?? i % 8}`),
      pointStyle: MARKERS[series.dash ?? i % MARKERS.length],
      pointRadius: 5,
    }))},
    options: {
      scales: {x: axis(of.x), y: axis(of.y)},
      plugins: {tooltip: {callbacks: {label: ({raw}) => `${raw.label ?? ""} (${raw.x}, ${raw.y})`}}},
    },
  };
  const columns = [{name: "series"}, {name: "point"}, {name: of.x.name, number: true}, {name: of.y.name, number: true}];
  const rows = of.series.flatMap(({name, points}) => points.map(({x, y, label}) => [name, label ?? "", x, y]));
  return plot(of, chart, columns, rows);
}

/** A chart in a figure: the picture, the values that the arrow keys select, the switch to a logarithmic axis, the table. */
function plot(of, config, columns, rows) {
  const canvas = element("canvas", {role: "img", tabindex: 0, "aria-label": `${of.title}. Use the arrow keys to read its values; a table follows.`});
  const says = element("output");
  const chart = new Chart(canvas, {...config, plugins: [annotations],
    options: {...config.options, maintainAspectRatio: false}});
  charts.push(chart);
  let at = -1;
  canvas.addEventListener("keydown", (event) => {
    const step = {ArrowLeft: -1, ArrowRight: 1}[event.key];
    if (step && rows.length > 0) {
      at = Math.min(Math.max(at + step, 0), rows.length - 1);
      says.textContent = columns.map(({name}, i) => `${name} ${rows[at][i] ?? "–"}`).join(", ");
      const active = pointsOf(config.type, chart, at);
      chart.setActiveElements(active);
      chart.tooltip.setActiveElements(active, {x: 0, y: 0});
      chart.update();
      event.preventDefault();
    }
  });
  const logarithmic = element("input", {type: "checkbox", autocomplete: "off", change: () => {
    chart.options.scales.y.type = logarithmic.checked ? "logarithmic" : "linear";
    chart.update();
  }});
  return element("figure", {},
    element("figcaption", {}, of.title),
    of.log ? element("label", {}, logarithmic, " logarithmic") : null,
    element("div", {class: "plot"}, canvas), says,
    element("details", {}, element("summary", {}, "Values"), table(of.title, columns, rows)));
}

/** The drawn points of a row of the table: one per series for curves and bars, one for a scatter plot. */
function pointsOf(type, chart, row) {
  if (type !== "scatter") return chart.data.datasets.map((_, datasetIndex) => ({datasetIndex, index: row}));
  let index = row;
  for (let datasetIndex = 0; ; datasetIndex++) {
    const {length} = chart.data.datasets[datasetIndex].data;
    if (index < length) return [{datasetIndex, index}];
    index -= length;
  }
}
