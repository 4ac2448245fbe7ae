/** Drawings of test images, each with the network's answer and its probability. */
import { type ImageDataset, noGrad, pinned, type Sequential } from "polygrad";
import { percent } from "./progress.ts";
import { type Terminal, wrap } from "./terminal.ts";
import { drawTile, RESET } from "./tile.ts";

const GAP = "  ";
/** The widest drawing, and the narrowest in which four fit into 80 columns. Without grey levels, it would show nothing. */
const [WIDEST, NARROWEST] = [28, 18];
const [GREEN, RED] = ["\x1b[32m", "\x1b[31m"];

/** The network's answer for one test image. */
interface Answer {
  readonly index: number;
  readonly label: number;
  readonly answer: number;
  readonly probability: number;
}

/**
 * Draws up to four of the first 500 test images side by side, as many as fit: two that the network classifies correctly
 * and two that it does not, if there are as many.
 *
 * @param test images `[height, width]`
 * @param names the name of each class
 * @returns lines that are no wider than the terminal
 */
export function drawAnswers(
  model: Sequential,
  test: ImageDataset,
  names: readonly string[],
  { columns, colourBits }: Terminal,
): string {
  const grey = colourBits >= 8;
  const { count, width } = arrange(columns - 1, grey);
  const shown = choose(classify(model, test, 500), count);
  const captions = shown.map(({ answer, label, probability }) => [
    wrapTo(`${names[answer]}, ${percent(probability)}`, width),
    wrapTo(answer === label ? "right" : `wrong: it is ${names[label]}`, width),
  ]);
  const heights = [0, 1].map((part) => Math.max(...captions.map((caption) => caption[part].length)));
  const tiles = shown.map(({ index, answer, label }, k) => {
    const paint = (line: string) => (grey ? `${answer === label ? GREEN : RED}${line}${RESET}` : line);
    const [said, verdict] = captions[k].map((lines, part) =>
      Array.from({ length: heights[part] }, (_, line) => (lines[line] ?? "").padEnd(width)),
    );
    return [...draw(test, index, width, colourBits), ...said, ...verdict.map(paint)];
  });
  return tiles[0]
    .map((_, line) =>
      tiles
        .map((tile) => tile[line])
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

/** How many drawings of which width fit side by side: four, or fewer if they would be narrower than can be read. */
function arrange(columns: number, grey: boolean): { count: number; width: number } {
  const least = grey ? NARROWEST : WIDEST;
  const count = Math.max(1, Math.min(4, Math.floor((columns + GAP.length) / (least + GAP.length))));
  const width = Math.min(WIDEST, Math.floor((columns + GAP.length) / count) - GAP.length);
  // Half blocks divide an even number of pixels.
  return { count, width: Math.max(1, grey && width > 1 ? width - (width % 2) : width) };
}

/** At most two right and two wrong answers; of fewer than four, as many of either kind as possible. */
function choose(answers: readonly Answer[], count: number): Answer[] {
  const right = answers.filter(({ answer, label }) => answer === label).slice(0, 2);
  const wrong = answers.filter(({ answer, label }) => answer !== label).slice(0, 2);
  const inTurns = [0, 1].flatMap((k) => [...right.slice(k, k + 1), ...wrong.slice(k, k + 1)]).slice(0, count);
  return [...right, ...wrong].filter((answer) => inTurns.includes(answer));
}

/** Classifies the first `most` test images. */
function classify(model: Sequential, test: ImageDataset, most: number): Answer[] {
  const indices = Int32Array.from({ length: Math.min(most, test.length) }, (_, i) => i);
  const inputs = pinned([indices.length, ...test.sampleShape]);
  test.gatherInto(indices, inputs);
  const probabilities = noGrad(() => model.forward(inputs)).value.softmax(1);
  const answers = probabilities.argmax(1);
  const certainty = probabilities.max(1);
  return Array.from(indices, (index) => ({
    index,
    label: test.labels[index],
    answer: answers[index],
    probability: certainty.data[index],
  }));
}

/** A drawing of a test image, `width` characters wide. */
function draw(test: ImageDataset, index: number, width: number, colourBits: number): string[] {
  const [high, wide] = test.sampleShape;
  const pixels = test.pixels.bytes.subarray(index * high * wide, (index + 1) * high * wide);
  return drawTile({ pixels, width: wide, height: high }, width, colourBits);
}

/** The lines of a caption, none of them wider than `width`. */
function wrapTo(text: string, width: number): string[] {
  return wrap(text, width).map((line) => line.slice(0, width));
}
