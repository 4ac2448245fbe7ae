/** The page that `--out` writes when a run is finished: how it trained, what it gets wrong, and what it has learned. */
import { FASHION_MNIST, MNIST, type Sequential } from "polygrad";
import {
  type Answers,
  answersOf,
  confusionMatrix,
  confusionOf,
  curves,
  digits,
  type Figure,
  mostWrong,
  page,
  table,
} from "../report/index.ts";
import { learnedBy } from "./learned.ts";
import type { Options } from "./options.ts";
import { percent } from "./progress.ts";
import type { Images } from "./recipe.ts";
import { type Epoch, meanAndSpread, type Summary } from "./results.ts";

/** The page of one run. */
export function reportOf(
  options: Options,
  reached: Summary,
  epochs: readonly Epoch[],
  model: Sequential,
  { test }: Images,
): string {
  const { classNames } = options.dataset === "mnist" ? MNIST : FASHION_MNIST;
  const answers = answersOf(model, test);
  return page({
    title: titleOf(options),
    question: `How does ${networkOf(options)} train on ${nameOf(options)}, what does it get wrong, and what has it learned?`,
    answer:
      `After ${epochs.length === 1 ? "one epoch" : `${epochs.length} epochs`}, ${percent(reached.testAccuracy)} of the ` +
      `${test.length.toLocaleString("en")} test images are classified correctly; the loss is ${reached.testLoss.toFixed(4)}.`,
    command: commandOf(options, reached.seed, 1),
    configuration: settingsOf(options, reached),
    sections: [
      { heading: "Training", parts: trainingOf([epochs]) },
      { heading: "Mistakes", parts: mistakesOf(answers, classNames, test) },
      ...learnedBy(model, test, classNames),
    ],
  });
}

/** The page of several runs, which differ in their seeds. */
export function reportOfRuns(
  options: Options,
  runs: readonly { readonly reached: Summary; readonly epochs: readonly Epoch[] }[],
): string {
  const accuracy = meanAndSpread(runs.map(({ reached }) => reached.testAccuracy));
  const loss = meanAndSpread(runs.map(({ reached }) => reached.testLoss));
  const rows = runs.map(({ reached: { seed, testAccuracy, testLoss, trainLoss } }) => [
    ...[String(seed), percent(testAccuracy), testLoss.toFixed(4), trainLoss.toFixed(4)],
  ]);
  return page({
    title: `${titleOf(options)}, ${runs.length} seeds`,
    question: `How does ${networkOf(options)} train on ${nameOf(options)}, and how much does it depend on the seed?`,
    answer: `Test accuracy ${percent(accuracy.mean)} ± ${percent(accuracy.spread)}, test loss ${loss.mean.toFixed(4)} ± ${loss.spread.toFixed(4)}: means and standard deviations.`,
    command: commandOf(options, options.seed, runs.length),
    configuration: settingsOf(options, undefined),
    sections: [
      { heading: "Training", parts: trainingOf(runs.map(({ epochs }) => epochs)) },
      {
        heading: "Results",
        parts: [
          table({
            title: "Each run, after its last epoch",
            columns: ["seed", "test accuracy", "test loss", "train loss"].map((name) => ({ name, kind: "number" })),
            rows,
            note: "Each run has a page of its own, in the folder of its seed.",
          }),
        ],
      },
    ],
  });
}

function trainingOf(runs: readonly (readonly Epoch[])[]): Figure[] {
  const of = (pick: (epoch: Epoch) => number) => runs.map((epochs) => epochs.map(pick));
  const bands = runs.length > 1 ? "Lines: means; bands: from the lowest to the highest of the seeds. " : "";
  return [
    curves({
      title: "Loss by epoch",
      note: `${bands}The training loss is the mean over an epoch in which the weights change; the test loss is measured after it.`,
      y: "loss",
      scale: "log",
      series: [
        { name: "train", runs: of(({ trainLoss }) => trainLoss) },
        { name: "test", runs: of(({ testLoss }) => testLoss) },
      ],
    }),
    curves({
      title: "Test accuracy by epoch",
      ...(bands === "" ? {} : { note: bands }),
      y: "test accuracy",
      percent: true,
      series: [{ name: "test", runs: of(({ testAccuracy }) => testAccuracy) }],
    }),
  ];
}

function mistakesOf(answers: Answers, names: readonly string[], test: Images["test"]): Figure[] {
  const images = mostWrong(answers, test, names);
  return [
    confusionMatrix({
      title: "Confusion matrix of the test images",
      note: "Each row holds the images of one class. At the right: the share of them that is classified correctly.",
      counts: confusionOf(answers, test.classes),
      names,
    }),
    ...(images.length === 0
      ? []
      : [
          digits({
            title: "The most wrong answers",
            note: "The test images that the network got wrong with the highest probability. Below each: its answer, the probability, and what it is.",
            images,
          }),
        ]),
  ];
}

const nameOf = ({ dataset }: Options): string => (dataset === "mnist" ? "MNIST" : "FashionMNIST");

function titleOf(options: Options): string {
  return `${options.model === "polynomial" ? "A polynomial network" : "A linear network with ReLU"} on ${nameOf(options)}`;
}

function networkOf({ recipe, model, degree, hidden }: Options): string {
  if (recipe === "best")
    return `a linear layer of ${hidden} units, LayerNorm, tanh and Chebyshev polynomials of degree ${degree}`;
  return model === "polynomial"
    ? `a network of polynomials of degree ${degree} with ${hidden} hidden units`
    : `a ReLU network with ${hidden} hidden units`;
}

/** The command with all that decides the weights. */
function commandOf(options: Options, seed: number, runs: number): string {
  const { recipe, dataset, model, degree, hidden, epochs, batch, learningRate, shards, data } = options;
  const network = { model, ...(model === "polynomial" ? { degree } : {}), hidden, lr: learningRate };
  const given = { dataset, ...(recipe === "best" ? { recipe } : network), epochs, batch };
  const all = { ...given, seed, ...(runs > 1 ? { runs } : {}), shards, ...(data === "" ? {} : { data }) };
  return `pnpm example mnist ${Object.entries(all)
    .map(([name, value]) => `--${name} ${value}`)
    .join(" ")}`;
}

function settingsOf(options: Options, reached: Summary | undefined): Record<string, string | number> {
  const { dataset, model, degree, hidden, epochs, batch, learningRate, shards } = options;
  return {
    ...{ dataset, model, ...(model === "polynomial" ? { degree } : {}), "hidden units": hidden },
    ...{ epochs, "batch size": batch, "learning rate": learningRate, shards },
    ...(reached === undefined
      ? {}
      : {
          seed: reached.seed,
          parameters: reached.parameters,
          engine: reached.engine,
          "SHA-256 of the weights": reached.weightsSha256,
        }),
  };
}
