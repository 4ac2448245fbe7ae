/** `pnpm example NAME` runs an example; `pnpm example` lists them all. See start.mjs for how this file is loaded. */
import { Output } from "./output.ts";

interface Example {
  /** What it does, in one line. */
  readonly about: string;
  /** Runs it and resolves to the exit code. */
  readonly run: (args: readonly string[], output: Output) => Promise<number>;
}

const examples: Readonly<Record<string, Example>> = {
  article: {
    about: "the article's table: four networks and a variant on MNIST and FashionMNIST; --help lists the options",
    run: async (args, output) => (await import("./article/index.ts")).main(args, output),
  },
  fit: {
    about: "fit functions and tables with polynomials of each basis, B-splines and ReLU; --help lists the options",
    run: async (args, output) => (await import("./fit/index.ts")).main(args, output),
  },
  formula: {
    about: "fit networks to formulas of physics, prune them, and print the formulas that are left",
    run: async (args, output) => (await import("./formula/index.ts")).main(args, output),
  },
  frontier: {
    about: "how accurate networks can be for their number of parameters, by one search for three families of them",
    run: async (args, output) => (await import("./frontier/index.ts")).main(args, output),
  },
  mnist: {
    about: "train a polynomial (or linear) network on MNIST or FashionMNIST; --help lists the options",
    run: async (args, output) => (await import("./mnist/index.ts")).main(args, output),
  },
  stability: {
    about: "which polynomial networks train, by degree, size and depth, why others do not, and what helps",
    run: async (args, output) => (await import("./stability/index.ts")).main(args, output),
  },
  sweep: {
    about: "a study of many runs on MNIST: degrees, sizes and seeds; --help lists the options",
    run: async (args, output) => (await import("./sweep/index.ts")).main(args, output),
  },
  tables: {
    about: "predict the fuel consumption of cars from a table, with cross-validation",
    run: async () => (await import("./tables/index.ts")).main(),
  },
  tour: {
    about: "a tour of Polygrad, from the derivative of a scalar to a trained network",
    run: async () => {
      await import("./tour.ts");
      return 0;
    },
  },
};

function list(): string {
  const width = Math.max(...Object.keys(examples).map((name) => name.length));
  const lines = Object.entries(examples).map(([name, { about }]) => `  pnpm example ${name.padEnd(width)}  ${about}`);
  return ["Examples:", ...lines].join("\n");
}

/** What to print of an error: its message, in one line, says how to fix it; of a fault in the program, where it is. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { name, message, cause } = error;
  if (isFault(error)) return String(error.stack);
  return name === "WorkerError" && isFault(cause) ? `${message}\n${cause.stack}` : message.replace(/\s*\n\s*/g, " ");
}

/** Whether JavaScript has found a mistake in a program. Other errors with a code tell users something. */
function isFault(error: unknown): error is Error {
  if (error instanceof SyntaxError) return true;
  return (
    error instanceof Error && !("code" in error) && [TypeError, ReferenceError].some((own) => error.constructor === own)
  );
}

const [name, ...args] = process.argv.slice(2);
const output = new Output(name ?? "example");
if (name === undefined || name === "--help") console.log(list());
else if (!Object.hasOwn(examples, name)) {
  console.error(`There is no example "${name}".\n${list()}`);
  process.exitCode = 2;
} else {
  try {
    const code = await examples[name].run(args, output);
    process.exitCode = output.exitCode ?? code;
  } catch (error) {
    console.error(`${name}: ${textOf(error)}`);
    process.exitCode = 2;
  }
}
