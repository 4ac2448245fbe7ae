/** The part of a run's page that shows what the network has learned: its functions, and where its weights lie. */
import { DataLoader, Linear, Polynomial, type Sequential } from "polygrad";
import {
  diagram,
  diagramOf,
  type EdgeLayer,
  edges,
  edgesOf,
  energyByDegree,
  inputsOf,
  isEdgeLayer,
  pixelMaps,
  type Section,
} from "../report/index.ts";
import type { Images } from "./recipe.ts";

/** The most test images whose hidden values are looked at. */
const SAMPLES = 1000;
/** The most edges of a layer whose functions are measured. */
const EDGES = 200_000;

/** What the layers have learned; nothing for networks that are too large to be drawn. */
export function learnedBy(model: Sequential, test: Images["test"], names: readonly string[]): Section[] {
  const layers = model.layers.flatMap((layer, at) => (isEdgeLayer(layer) ? [{ layer, at }] : []));
  if (layers.some(({ layer }) => layer.inputs * layer.outputs > EDGES)) return [];
  const [height, width] = test.sampleShape;
  const [{ inputs }] = new DataLoader(test, { batchSize: Math.min(SAMPLES, test.length) });
  const [{ layer: first, at: start }] = layers;
  const { layer: last, at: end } = layers[layers.length - 1];
  const strongest = (layer: EdgeLayer, at: number, perOutput: number) =>
    edgesOf(layer, inputsOf(model, at, inputs), { perOutput, strongest: 18 });
  const network = diagram({
    title: "The network",
    note:
      "From below: what each hidden unit reads (the brighter a pixel, the more the unit's input varies with it over the test " +
      "images), and the strongest edges to each class, with their functions.",
    ...diagramOf(model, inputs, { image: [height, width], outputNames: names }),
  });
  if (last instanceof Linear) return [{ heading: "What it has learned", parts: [network] }];
  const classes = edges({
    title: "The strongest edges from hidden units to each class",
    edges: strongest(last, end, 2),
    name: ({ input, output }) => `${input} \u2192 ${names[output]}`,
  });
  const text =
    "Edges carry learned functions of their inputs. Here they are over the range of inputs that they meet on the test images, " +
    "less their value at 0. The strip below each shows where these inputs lie.";
  if (!(first instanceof Polynomial)) return [{ heading: "What it has learned", text, parts: [network, classes] }];
  const pixels = edges({
    title: "The strongest edge from a pixel to each hidden unit",
    note: "The strongest edges vary the most over the test images. Pixels are given by their row and column, counted from 0.",
    edges: strongest(first, start, 1),
    name: ({ input, output }) => `(${Math.floor(input / width)}, ${input % width}) \u2192 ${output}`,
  });
  const energy = pixelMaps({
    title: "Energy of the first layer's weights by degree",
    note:
      "For each pixel, the sum of the squares of its weights of one degree. Where a pixel is 0 in all images, the weights of " +
      "degree 1 and more get no gradient.",
    value: "sum of squared weights",
    ...{ width, height },
    maps: energyByDegree(first)
      .map((values, degree) => ({ name: `degree ${degree}`, values }))
      .slice(0, 8),
  });
  return [{ heading: "What it has learned", text, parts: [network, pixels, classes, energy] }];
}
