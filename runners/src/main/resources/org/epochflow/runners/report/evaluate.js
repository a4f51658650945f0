"use strict";
// The page of evaluate, after evaluation.js. data: {name, model, names, metrics, part, wrong}.

const pictures = spritesOf(["wrong"]);
page.append(
  element("header", {},
    element("h1", {}, data.name),
    element("p", {}, `The model ${data.model} on ${grouped(data.metrics.examples)} ${data.part} examples.`),
    figures([[`${data.part} loss`, fixed(data.metrics[`${data.part}_loss`], 4)], [`${data.part} accuracy`, fixed(data.metrics[`${data.part}_accuracy`], 4)],
      ...moreFigures()])),
  ...evaluation("Evaluation", pictures));
