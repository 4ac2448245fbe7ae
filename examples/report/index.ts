/**
 * Reports of experiments: figures, drawn from plain data, and the page that shows them. In reading order.
 *
 * Load it when the results are there, as in `const { page } = await import("../report/index.ts")`: it loads a library
 * for charts, which takes a third of a second.
 */

// The page, and what stands in it: `page({ title, question, command, configuration, sections })` is HTML.
export { type Page, page, type Section } from "./page.ts";
export { type Caption, type Figure, type FigureCaption, NARROW, type Table, WIDE } from "./figure.ts";
export { type Column, table, type TableData } from "./table.ts";
// A figure as a file of its own: `standalone(figure)` is an SVG document.
export { standalone } from "./standalone.ts";

// Charts.
export { type Curves, curves, type RunSeries } from "./curves.ts";
export { type MeasuredPoint, type MeasuredSeries, type PublishedPoint, type Scatter, scatter } from "./scatter.ts";
export { type HeatCell, type HeatMap, heatMap, type HeatPanel } from "./heat-map.ts";
export { type FitPanel, type Fits, fits, type Line } from "./fits.ts";

// Pictures of data and of what a network makes of them.
export { type Confusion, confusionMatrix } from "./confusion.ts";
export { type Answered, type Digits, digits } from "./digits.ts";
export { type PixelMap, type PixelMaps, pixelMaps } from "./pixel-maps.ts";

// Pictures of networks.
export { type Edge, type Edges, edges } from "./edges.ts";
export { type Diagram, type DiagramEdge, type DiagramUnit, diagram } from "./diagram.ts";
export { type DiagramPanel, type Diagrams, diagrams } from "./diagrams.ts";

// What these pictures show, from a model and its inputs.
export { type EdgeLayer, edgesOf, type EdgeChoice, inputsOf, isEdgeLayer, strengthsOf } from "./edges-of.ts";
export { energyByDegree } from "./energy.ts";
export { type Answers, answersOf, confusionOf, mostWrong } from "./answers.ts";
export { type DiagramChoice, diagramOf } from "./diagram-of.ts";
