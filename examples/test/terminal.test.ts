/** What a terminal shows: no line is wider than it, from 20 to 200 columns, with and without colours. */
import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { FASHION_MNIST, Flatten, ImageDataset, Linear, MNIST, Random, Sequential } from "polygrad";
import { describe, expect, test } from "vitest";
import { drawAnswers } from "../mnist/digits.ts";
import { drawLoss } from "../mnist/loss-curve.ts";
import { duration, statusText } from "../mnist/progress.ts";
import { wrap } from "../mnist/terminal.ts";
import { drawTile } from "../mnist/tile.ts";

const columns = fc.integer({ min: 20, max: 200 });
const colourBits = fc.constantFrom(1, 4, 8, 24);
const widest = (text: string): number =>
  Math.max(
    ...stripVTControlCharacters(text)
      .split("\n")
      .map((line) => line.length),
  );

/** Images `[count, side, side]` of noise with random labels, and a network that has not learnt anything. */
function guesses(count: number, side: number, seed: number) {
  const random = new Random(seed);
  const pixels = Uint8Array.from({ length: count * side * side }, () => random.below(256));
  const labels = Uint8Array.from({ length: count }, () => random.below(10));
  const model = new Sequential(new Flatten(), new Linear(side * side, 10, { random }));
  return { model, test: new ImageDataset(pixels, [side, side], labels, 10) };
}

describe("the live line", () => {
  const status = fc.record({
    epoch: fc.integer({ min: 1, max: 1_000_000 }),
    epochs: fc.constantFrom(50, 1_000_000),
    loss: fc.double({ min: 0, max: 1e6, noNaN: true }),
    testAccuracy: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
    samplesPerSecond: fc.double({ min: 0, max: 1e7, noNaN: true }),
    secondsLeft: fc.double({ min: 0, max: 1e9, noNaN: true }),
  });

  test("is never wider than the terminal, and always begins with the epoch", () => {
    fc.assert(
      fc.property(status, columns, (each, width) => {
        const text = statusText(each, width);
        expect(text.length).toBeLessThanOrEqual(width);
        expect(text).toMatch(/^epoch +\d/);
      }),
    );
  });

  test("leaves out the less important parts on a narrow terminal", () => {
    const now = { epoch: 3, epochs: 50, loss: 0.25, testAccuracy: 0.9479, samplesPerSecond: 123456, secondsLeft: 65 };
    expect([80, 60, 45, 35, 20].map((width) => statusText(now, width))).toEqual([
      "epoch  3/50  loss 0.2500  test 94.79 %  123,456 samples/s  1 min 05 s left",
      "epoch  3/50  loss 0.2500  test 94.79 %  1 min 05 s left",
      "epoch  3/50  loss 0.2500  1 min 05 s left",
      "epoch  3/50  1 min 05 s left",
      "epoch  3/50",
    ]);
    expect([0, 59.6, 3599.4, 3600, 7620, 1e7].map(duration)).toEqual([
      "0 s",
      "1 min 00 s",
      "59 min 59 s",
      "1 h 00 min",
      "2 h 07 min",
      "2,777 h 46 min",
    ]);
  });
});

describe("the drawings", () => {
  const { model, test: images } = guesses(200, 28, 1);

  test("are never wider than the terminal, whatever the size of the images", () => {
    const names = fc.constantFrom(MNIST.classNames, FASHION_MNIST.classNames);
    const sizes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(columns, colourBits, names, sizes, fc.nat(1000), (width, bits, classNames, side, seed) => {
        const drawn = guesses(30, side, seed);
        const text = drawAnswers(drawn.model, drawn.test, classNames, { columns: width, colourBits: bits });
        expect(widest(text)).toBeLessThanOrEqual(width);
        expect(text).toMatch(/right|wrong/);
      }),
    );
  });

  test.each([
    [20, 24, 1],
    [40, 24, 2],
    [60, 24, 3],
    [80, 24, 4],
    [80, 8, 4],
    [124, 24, 4],
    [40, 1, 1],
    [80, 1, 2],
    [100, 1, 3],
    [124, 4, 4],
    [Number.POSITIVE_INFINITY, 1, 4],
  ])("on %d columns with %d bits of colour are %d", (width, bits, count) => {
    const text = drawAnswers(model, images, MNIST.classNames, { columns: width, colourBits: bits });
    const captions = stripVTControlCharacters(text).match(/\d, +\d+\.\d\d %/g);
    expect(captions).toHaveLength(count);
    expect(text.includes("\u2580")).toBe(bits >= 8);
    // A file gets characters only.
    if (bits === 1) expect(text).toBe(stripVTControlCharacters(text));
  });

  test("show, where there is one drawing, a right answer, and else as many right as wrong ones", () => {
    const drawn = (width: number) => drawAnswers(model, images, MNIST.classNames, { columns: width, colourBits: 1 });
    expect([drawn(40), drawn(80)].map((text) => text.match(/right|wrong/g))).toEqual([["right"], ["right", "wrong"]]);
  });
});

describe("the curve of the loss", () => {
  const losses = fc.array(fc.double({ min: 1e-6, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 300 });

  test("is never wider than the terminal", () => {
    fc.assert(fc.property(losses, columns, (each, width) => widest(drawLoss(each, width)) <= width));
  });

  test("is as high as the logarithm of the loss, in eighths of a line", () => {
    const blocks = " \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";
    const each = Array.from({ length: 40 }, (_, k) => 3 * 0.9 ** k);
    const lines = drawLoss(each, 80).split("\n").slice(0, 4);
    const chart = lines.map((line) => line.slice(line.indexOf("\u2502") + 1).padEnd(40));
    for (const [k, loss] of each.entries()) {
      const height = chart.reduce((sum, line) => sum + blocks.indexOf(line[k]), 0);
      const share = Math.log(loss / each[39]) / Math.log(each[0] / each[39]);
      expect(Math.abs(height - (1 + 31 * share))).toBeLessThanOrEqual(0.5);
    }
  });

  test("of a long run has a column for several epochs, and says where it begins and ends", () => {
    const each = Array.from({ length: 1000 }, (_, k) => 2 / (k + 1));
    expect(drawLoss(each, 80).split("\n")).toEqual([
      // The mean of 2, 2 / 2, ..., 2 / 16.
      expect.stringMatching(/^0\.4226 \u2502\u2588/),
      expect.stringMatching(/^ {7}\u2502/),
      expect.stringMatching(/^ {7}\u2502/),
      expect.stringMatching(/^0\.0020 \u2502.{60}$/),
      `        1${" ".repeat(55)}1000`,
    ]);
    expect([drawLoss([1], 80), drawLoss([1, 1], 80), drawLoss(each, 14)]).toEqual(["", "", ""]);
  });
});

describe("a tile", () => {
  const image = { pixels: Uint8Array.of(0, 255, 100, 50, 200, 40, 60, 160), width: 2, height: 4 };

  test("in plain characters shows the mean of two rows", () => {
    // Means 50, 152.5, 130 and 105 of 255, on a scale of ten characters.
    expect(drawTile(image, 2, 1)).toEqual([":+", "+="]);
  });

  test("in half blocks shows two rows in one line, as grey levels or as the nearest of 26 of the 256 colours", () => {
    const grey = (level: number) => `2;${level};${level};${level}`;
    expect(drawTile(image, 2, 24)).toEqual([
      `\x1b[38;${grey(0)};48;${grey(100)}m\u2580\x1b[38;${grey(255)};48;${grey(50)}m\u2580\x1b[0m`,
      `\x1b[38;${grey(200)};48;${grey(60)}m\u2580\x1b[38;${grey(40)};48;${grey(160)}m\u2580\x1b[0m`,
    ]);
    expect(drawTile(image, 2, 8)[0]).toBe("\x1b[38;5;16;48;5;241m\u2580\x1b[38;5;231;48;5;236m\u2580\x1b[0m");
  });

  test("of another size has the same mean brightness", () => {
    const levels = fc.uint8Array({ minLength: 784, maxLength: 784 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 2, max: 40 }), (pixels, half) => {
        const lines = drawTile({ pixels, width: 28, height: 28 }, half - (half % 2), 24);
        const shown = lines.flatMap((line) => {
          let colours: readonly number[] = [];
          return [...line.matchAll(/38;2;(\d+);\d+;\d+;48;2;(\d+);[\d;]+m|\u2580/g)].flatMap(([text, up, down]) => {
            if (up !== undefined) colours = [Number(up), Number(down)];
            return text === "\u2580" ? colours : [];
          });
        });
        const mean = (values: Iterable<number>) => {
          const all = [...values];
          return all.reduce((sum, value) => sum + value, 0) / all.length;
        };
        // Each level is rounded to an integer.
        expect(Math.abs(mean(shown) - mean(pixels))).toBeLessThan(0.5 + 1e-9);
      }),
      { numRuns: 30 },
    );
  });
});

test("text is wrapped between words", () => {
  expect(wrap("one two three\n\nfour", 7)).toEqual(["one two", "three", "", "four"]);
  expect(wrap("a  /very/long/path  b", 6)).toEqual(["a", "/very/long/path", "b"]);
  expect(wrap("keeps   its   spaces", 40)).toEqual(["keeps   its   spaces"]);
});
