/** `pnpm example NAME` runs an example; `pnpm example` lists them all. See start.mjs for how this file is loaded. */
import { Output } from "./output.ts";

interface Example {
  /** What it does, in one line. */
  readonly about: string;
  /** Runs it and resolves to the exit code. */
  readonly run: (args: readonly string[], output: Output) => Promise<number>;
}

const examples: Readonly<Record<string, Example>> = {
  mnist: {
    about: "train a polynomial (or linear) network on MNIST or FashionMNIST; --help lists the options",
    run: async (args, output) => (await import("./mnist/index.ts")).main(args, output),
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

/** What to print of an error: its message, in one line, says how to fix it. If the program is at fault, where it is. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  const fault = [error, cause].find(isFault);
  return fault === undefined
    ? message.replace(/\s*\n\s*/g, " ")
    : `${fault === error ? "" : `${message}\n`}${fault.stack}`;
}

/** Whether JavaScript itself has found a mistake. Errors with a code come from Node, and tell users something. */
function isFault(error: unknown): error is Error {
  return (
    error instanceof Error && [TypeError, ReferenceError].some((own) => error.constructor === own) && !("code" in error)
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
