/** What the figures of a report show: the numbers behind them, against formulas; and what they say. */
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import {
  BSpline,
  ConfusionMatrix,
  Flatten,
  ImageDataset,
  LayerNorm,
  Linear,
  loretz2024,
  Polynomial,
  RadialBasis,
  Random,
  Sequential,
  type Tensor,
  tensor,
} from "polygrad";
import { describe, expect, test } from "vitest";
import { percent, plain, tick } from "../report/format.ts";
import {
  answersOf,
  confusionOf,
  curves,
  diagramOf,
  edgesOf,
  energyByDegree,
  heatMap,
  inputsOf,
  mostWrong,
  page,
  scatter,
  standalone,
  strengthsOf,
  table,
} from "../report/index.ts";
import { placeLabels } from "../report/place-labels.ts";
import { png } from "../report/raster.ts";

const random = new Random(11);
const noise = (rows: number, columns: number) =>
  tensor(Float32Array.from({ length: rows * columns }, () => 2 * random.uniform() - 1)).reshape([rows, columns]);

/** The rows of a matrix. */
function rowsOf(x: Tensor): number[][] {
  const [data, length] = [Array.from(x.clone().data), x.shape[x.rank - 1]];
  return Array.from({ length: data.length / length }, (_, row) => data.slice(row * length, (row + 1) * length));
}

describe("the functions on the edges of a layer", () => {
  const met = noise(200, 3);

  test("of a polynomial layer are its polynomials, less their constants, over the range met", () => {
    const layer = new Polynomial(3, 4, { ...loretz2024, degree: 5, random });
    const found = edgesOf(layer, met);
    expect(found).toHaveLength(12);
    const column = (i: number) => Array.from({ length: 200 }, (_, r) => met.data[3 * r + i]).sort((a, b) => a - b);
    for (const { input, output, x, y, met: quantiles } of found) {
      const sorted = column(input);
      expect([x[0], x[64], quantiles[0], quantiles[63]]).toEqual([sorted[0], sorted[199], sorted[0], sorted[199]]);
      const [, ...w] = rowsOf(layer.weight.value)[output * 3 + input];
      for (const [k, at] of x.entries()) {
        const value = Math.fround(at);
        expect(y[k]).toBeCloseTo(
          w.reduce((sum, c, d) => sum + c * value ** (d + 1), 0),
          5,
        );
      }
    }
  });

  test("of a linear layer are lines, whose strength is the weight times the deviation of the input", () => {
    const layer = new Linear(3, 2, { random });
    const strengths = strengthsOf(layer, met);
    for (const { input, output, x, y, strength } of edgesOf(layer, met)) {
      const slope = rowsOf(layer.weight.value)[output][input];
      for (const [k, at] of x.entries()) expect(y[k]).toBeCloseTo(slope * at, 5);
      // The inputs are uniform on [-1, 1]; 24 quantiles of 200 of them stand for these.
      expect(strength / Math.abs(slope)).toBeCloseTo(1 / Math.sqrt(3), 1);
      expect(strengths[input][output]).toBe(strength);
    }
  });

  test("of an elementwise layer lead from each input to the output of the same number", () => {
    const found = edgesOf(new Polynomial(3, 3, { ...loretz2024, elementwise: true, random }), met);
    expect(found.map(({ input, output }) => [input, output])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
  });

  test("can be chosen: the strongest of all, and the strongest into each output", () => {
    const layer = new Polynomial(3, 4, { ...loretz2024, random });
    const all = edgesOf(layer, met).sort((a, b) => b.strength - a.strength);
    expect(edgesOf(layer, met, { strongest: 5 })).toEqual(all.slice(0, 5));
    const best = [0, 1, 2, 3].map((output) => all.find((edge) => edge.output === output));
    expect(edgesOf(layer, met, { perOutput: 1 }).sort((a, b) => a.output - b.output)).toEqual(best);
    expect(edgesOf(layer, met, { inputs: [2], outputs: [1] })).toEqual(
      all.filter(({ input, output }) => input === 2 && output === 1),
    );
  });

  test.each([
    ["Chebyshev", new Polynomial(3, 2, { degree: 4, basis: "chebyshev", squash: "tanh", random })],
    ["B-spline", new BSpline(3, 2, { random })],
    ["Gaussian", new RadialBasis(3, 2, { random })],
  ])("of a %s layer are what its outputs change by when one input changes", (_, layer) => {
    for (const { input, x, y, output } of edgesOf(layer, met)) {
      const rows = Float32Array.from({ length: 2 * 3 }, (_, k) => 0.3 * (k % 3) - 0.2);
      [rows[input], rows[3 + input]] = [x[7], x[50]];
      const [from, to] = rowsOf(layer.forward(tensor(rows).reshape([2, 3])).value);
      expect(y[50] - y[7]).toBeCloseTo(to[output] - from[output], 5);
    }
  });

  test("of a model are over what its layers before them return; its diagram has them all", () => {
    const [first, norm, last] = [
      new Polynomial(3, 4, { ...loretz2024, random }),
      new LayerNorm(4),
      new Polynomial(4, 1, { ...loretz2024, random }),
    ];
    const model = new Sequential(first, norm, last);
    const hidden = inputsOf(model, 2, met);
    expect(hidden.toArray()).toEqual(norm.forward(first.forward(met)).value.toArray());
    const { units, edges } = diagramOf(model, met, { outputNames: ["y"], most: 9 });
    expect(units.map((row) => row.map(({ name }) => name))).toEqual([["0", "1", "2"], ["", "", "", ""], ["y"]]);
    expect(edges.filter(({ layer }) => layer === 0)).toHaveLength(12);
    const strength = strengthsOf(last, hidden);
    for (const edge of edges.filter(({ layer }) => layer === 1)) expect(edge.strength).toBe(strength[edge.from][0]);
  });
});

test("energy by degree sums the squares of the weights to all outputs", () => {
  const layer = new Polynomial(5, 3, { ...loretz2024, degree: 2, random });
  const energy = energyByDegree(layer);
  const weights = rowsOf(layer.weight.value);
  expect(energy.map((each) => each.length)).toEqual([5, 5, 5]);
  for (const [degree, each] of energy.entries())
    for (const [i, sum] of each.entries()) {
      const squares = [0, 1, 2].map((o) => weights[o * 5 + i][degree] ** 2);
      expect(sum / squares.reduce((a, b) => a + b)).toBeCloseTo(1, 5);
    }
});

test("answers are counted as the confusion matrix counts them, and the most wrong have the highest probability", () => {
  const pixels = Uint8Array.from({ length: 1500 * 16 }, () => random.below(256));
  const labels = Uint8Array.from({ length: 1500 }, () => random.below(3));
  const images = new ImageDataset(pixels, [4, 4], labels, 3);
  const model = new Sequential(new Flatten(), new Linear(16, 3, { random }));
  const answers = answersOf(model, images);
  const inputs = tensor(Float32Array.from(pixels, (grey) => Math.fround(grey / 255))).reshape([1500, 4, 4]);
  const logits = model.forward(inputs);
  const expected = new ConfusionMatrix(3).add(logits, labels).value.toArray();
  expect(confusionOf(answers, 3)).toEqual(expected);

  const wrong = mostWrong(answers, images, ["a", "b", "c"], 5);
  const probabilities = rowsOf(logits.value.softmax(1));
  const all = [...labels.keys()]
    .filter((k) => answers.answers[k] !== labels[k])
    .sort((a, b) => Math.max(...probabilities[b]) - Math.max(...probabilities[a]));
  expect(wrong.map(({ pixels: own }) => Array.from(own))).toEqual(
    all.slice(0, 5).map((k) => [...pixels.subarray(16 * k, 16 * k + 16)]),
  );
  for (const [rank, { label, answer, probability }] of wrong.entries()) {
    const row = probabilities[all[rank]];
    expect(label).toBe("abc"[labels[all[rank]]]);
    expect(answer).toBe("abc"[row.indexOf(Math.max(...row))]);
    expect(probability).toBeCloseTo(Math.max(...row), 6);
  }
});

test("an image is a PNG file with its pixels", () => {
  const rgb = Uint8Array.from({ length: 3 * 6 }, (_, k) => 13 * k);
  const file = png(rgb, 3, 2);
  expect([...file.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([3, 2]);
  const lines = inflateSync(file.subarray(41, 41 + file.readUInt32BE(33)));
  expect([...lines]).toEqual([0, ...rgb.subarray(0, 9), 0, ...rgb.subarray(9)]);
  // The end of every PNG file: an empty chunk, whose checksum the specification gives.
  expect(file.subarray(-12).toString("hex")).toBe("0000000049454e44ae426082");
});

test("names beside points hide neither points nor each other, where there is room", () => {
  const place = fc.record({ x: fc.integer({ min: 0, max: 4 }), y: fc.integer({ min: 0, max: 7 }) });
  const places = fc.uniqueArray(place, { minLength: 2, maxLength: 10, selector: ({ x, y }) => 10 * x + y });
  fc.assert(
    fc.property(places, (points) => {
      const frame = { left: 0, right: 1000, top: 0, bottom: 500 };
      const names = points.map(({ x, y }, k) => ({ text: `name ${k}`, x: 200 * x + 20, y: 50 * y + 60 }));
      const boxes = placeLabels(names, [], frame).map(({ text, x, y, dx, dy, anchor }) => {
        const width = text.length * 6;
        const left = x + dx - { start: 0, middle: width / 2, end: width }[anchor];
        return { left, right: left + width, top: y + dy - 5, bottom: y + dy + 5 };
      });
      for (const [k, a] of boxes.entries()) {
        for (const b of boxes.slice(k + 1))
          expect(a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom).toBe(false);
        for (const { x, y } of names) expect(a.left < x && x < a.right && a.top < y && y < a.bottom).toBe(false);
        expect(a.left).toBeGreaterThanOrEqual(frame.left);
      }
    }),
  );
});

test("numbers are printed as in papers", () => {
  expect([63560, 0.16283, 1.5, -0.25, 0.00001234, 0, 1234.5678, Number.NaN].map(plain)).toEqual([
    "63,560",
    "0.1628",
    "1.5",
    "\u22120.25",
    "1.2e\u22125",
    "0",
    "1,235",
    "NaN",
  ]);
  expect([0.9561, 0.1].map((share) => percent(share))).toEqual(["95.61 %", "10.00 %"]);
  expect([5e4, 1.5e6, 0.25, 2000].map(tick)).toEqual(["50k", "1.5M", "0.25", "2000"]);
});

test("text of a page is text, whatever stands in it", () => {
  const text = `<b title="x">a & b</b>`;
  const series = [
    { name: text, runs: [[1, 2]] },
    { name: "b", runs: [[2, 1]] },
  ];
  const html = page({
    ...{ title: text, question: text, answer: text, command: text, configuration: { [text]: text } },
    sections: [
      {
        heading: text,
        text,
        parts: [
          curves({ title: text, note: text, y: text, series }),
          table({ title: text, columns: [text], rows: [[text]] }),
        ],
      },
    ],
  });
  expect(html).not.toContain("<b title");
  expect(html).not.toContain("a & b");
  expect(html).toContain("&#60;b title=&#34;x&#34;&#62;a &#38; b");
});

test("a table needs a cell for each column", () => {
  expect(() => table({ title: "t", columns: ["a", "b"], rows: [["1", 2], ["3"]] })).toThrow(
    'table: "t" has 2 columns, but row 1 has 1 cells',
  );
});

test("what diverged is left out, and said", () => {
  const runs = [
    [3, 2, Number.NaN, Number.NaN],
    [3, 1, 0.5, Number.POSITIVE_INFINITY],
  ];
  const { description } = curves({ title: "t", y: "loss", scale: "log", series: [{ name: "a", runs }] });
  expect(description).toBe("Curves of loss over epoch, up to 3. a: 0.5 at the end.");
  const cells = [0.5, undefined, Number.NaN].map((value, x) => ({ x, y: 1, value }));
  const map = heatMap({ title: "t", x: "degree", y: "hidden", value: "accuracy", panels: [{ name: "p", cells }] });
  expect(map.description).toBe("Maps of accuracy by degree and hidden. p: 1 of 3 settings trained, from 0.5 to 0.5.");
  expect(map.svg.match(/>\u00d7<\/text>/g)).toHaveLength(2);
  expect(map.svg).not.toContain("NaN");
  const nothing = heatMap({
    ...{ title: "t", x: "x", y: "y", value: "v" },
    panels: [{ name: "p", cells: cells.slice(1) }],
  });
  expect(nothing.svg).not.toMatch(/NaN|Infinity/);
});

test("points outside a chart are told in its description", () => {
  const { description, svg } = scatter({
    ...{ title: "t", x: "parameters", y: "accuracy", percent: true, range: [0.9, 1] },
    series: [
      {
        name: "ours",
        points: [
          { x: 1e3, y: 0.95, error: 0.01 },
          { x: 1e4, y: 0.97 },
        ],
      },
    ],
    published: [
      { name: "A", x: 2e3, y: 0.96 },
      { name: "B", x: 3e3, y: 0.5 },
    ],
  });
  expect(description).toBe(
    "accuracy over parameters. ours: 95.00 % ± 1.00 % at 1,000, 97.00 % at 10,000. " +
      "Published: A 96.00 % at 2,000; B 50.00 % at 3,000 (outside the chart).",
  );
  expect(svg).toContain(">A</text>");
  expect(svg).not.toContain(">B</text>");
});

test("a figure as a file has its own colours for light and dark", () => {
  const file = standalone(curves({ title: "t", y: "loss", series: [{ name: "a", runs: [[1, 2]] }] }));
  expect(file).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" [^>]*role="img"/);
  expect(file).toContain("@media (prefers-color-scheme:dark)");
  for (const [, name] of file.matchAll(/var\((--[a-z0-9]+)\)/g)) expect(file).toContain(`${name}:`);
});
