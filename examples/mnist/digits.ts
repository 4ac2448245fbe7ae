/** Drawings of test images in characters, each with the network's answer and its probability. */
import { type ImageDataset, noGrad, pinned, type Sequential } from "polygrad";
import { percent } from "./progress.ts";

const SHADES = " .:-=+*#%@";
const GAP = "   ";

/**
 * Draws up to four of the first 500 test images side by side: two that the network classifies correctly and two that it
 * does not, if there are as many.
 *
 * @param test images `[height, width]`
 * @param names the name of each class
 */
export function drawAnswers(model: Sequential, test: ImageDataset, names: readonly string[]): string {
  const answers = classify(model, test, 500);
  const right = answers.filter(({ answer, label }) => answer === label).slice(0, 2);
  const wrong = answers.filter(({ answer, label }) => answer !== label).slice(0, 2);
  const shown = [...right, ...wrong];
  const width = test.sampleShape[1];
  const captions = shown.map(({ answer, label, probability }) =>
    [`${names[answer]}, ${percent(probability)}`, answer === label ? "right" : `wrong: it is ${names[label]}`].map(
      (line) => line.padEnd(width),
    ),
  );
  const columns = shown.map(({ index }, k) => [...draw(test, index), ...captions[k]]);
  return columns[0]
    .map((_, line) =>
      columns
        .map((column) => column[line])
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

/** The network's answer for one test image. */
interface Answer {
  readonly index: number;
  readonly label: number;
  readonly answer: number;
  readonly probability: number;
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

/**
 * The lines of a drawing. A character is twice as high as it is wide, so one line shows the mean of two rows of pixels.
 */
function draw(test: ImageDataset, index: number): string[] {
  const [height, width] = test.sampleShape;
  const pixels = test.pixels.bytes.subarray(index * height * width, (index + 1) * height * width);
  return Array.from({ length: Math.floor(height / 2) }, (_, line) =>
    Array.from({ length: width }, (_, x) => {
      const mean = (pixels[2 * line * width + x] + pixels[(2 * line + 1) * width + x]) / 2;
      return SHADES[Math.round((mean / 255) * (SHADES.length - 1))];
    }).join(""),
  );
}
