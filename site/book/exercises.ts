/** The exercises at the end of the chapters. Their checks are in site/cells/checks/, and run in the page. */
import { read } from "../addresses.ts";
import { attribute, programHtml } from "../code/html.ts";
import { proseHtml } from "./prose.ts";

/** An exercise. Its program to begin with, and a solution, are in the folder `exercises/NAME`. */
interface Exercise {
  readonly name: string;
  readonly chapter: string;
  readonly title: string;
  readonly task: string;
}

const exercises: readonly Exercise[] = [
  {
    name: "op",
    chapter: "tensor",
    title: "A new elementwise operation",
    task: `An operation such as \`abs\` or \`relu\` is one formula, written with an arithmetic \`m\`. With numbers for \`m\`, the formula
computes; with lanes, it emits SIMD code. Write softsign, x / (1 + |x|), in this way.

The check computes it at a few points and at 1000 random ones, with SIMD code and with the twin, and compares bits.`,
  },
  {
    name: "kernel",
    chapter: "tensor",
    title: "A small kernel",
    task: `Here is a kernel with its twin. Its SIMD code only copies \`a\`, and only whole vectors: write the rest. The order of operations
must be the twin's, or the bits differ. And a tensor may have five elements: a vector has four, and nobody but you knows what lies
in memory after the fifth.

The check runs your code in memory of its own, for 1 to 15 elements, and looks at every bit there.`,
  },
  {
    name: "rule",
    chapter: "autograd",
    title: "Its rule",
    task: `\`custom\` makes a differentiable operation of a function on tensors and one rule for each input. A rule gets \`g\`, the gradient
of the loss with respect to the result, the result \`y\` and the input \`x\`; it returns the gradient with respect to \`x\`. Find the
derivative of softsign on paper, then write the rule with the methods of variables.

The check is \`checkGradients\`, which compares your rule with central differences, and the derivative of your rule with theirs.`,
  },
  {
    name: "optimiser",
    chapter: "nn",
    title: "An optimiser",
    task: `The rule of an optimiser takes the parameter, its states, the gradient and scalars, and returns the new parameter and states. It is
written once, with an arithmetic \`m\`, and becomes a kernel and its twin. The program below is plain gradient descent. Make it
AdaGrad: keep the sum of the squares of all gradients, and divide by its root.

The check takes a few steps that you can follow by hand, then three steps of 100 parameters, with SIMD code and with the twin.`,
  },
  {
    name: "layer",
    chapter: "nn",
    title: "A layer",
    task: `A module is a class with fields and a \`forward\`. What its fields hold is found by itself: nothing is registered. Complete
this layer, whose output is one linear layer times the sigmoid of another.

The check reads the parameters by name, computes the result in its own way, and runs \`checkGradients\` up to the second order.`,
  },
  {
    name: "scale",
    chapter: "data",
    title: "A fair scale",
    task: `Networks learn better from columns with mean 0 and variance 1. But the network must not learn anything from the rows that it is
tested with, not even their mean. The program below scales each set by itself. Mend it.

The check scales rows whose result you can compute in your head, and then test rows together and alone.`,
  },
  {
    name: "source",
    chapter: "formats",
    title: "A polynomial as source",
    task: `\`toSource\` writes a network as a function that needs no library and gives the same bits. Write that for one polynomial.
The text below has the right formula, but other roundings: a computer does not add up powers as Horner's rule does.

The check compiles what you write, and compares it with the elementwise polynomial layer, bit by bit.`,
  },
  {
    name: "shards",
    chapter: "parallel",
    title: "The same sum for any number of workers",
    task: `In float32, (a + b) + c and a + (b + c) may differ. So what eight workers reach depends on who adds what to what. In the program
below, each worker adds up its own shards, and the result changes with the number of workers. Share the work in another way.

The check compares the bits of one, two, three and eight workers.`,
  },
  {
    name: "key",
    chapter: "sweep",
    title: "A name for a result",
    task: `A sweep does not compute anew what it finds under the name of a run. Two runs with equal options must have one name, also if somebody
wrote the options in another order. Two runs with different options must never have one. JSON gets both wrong.

The check compares the keys of some pairs of options.`,
  },
];

/** The exercises of a chapter as HTML; undefined if it has none. */
export function exercisesHtml(chapter: string): string | undefined {
  const own = exercises.filter((exercise) => exercise.chapter === chapter);
  return own.length === 0 ? undefined : own.map(exerciseHtml).join("\n");
}

function exerciseHtml({ name, title, task }: Exercise): string {
  const program = (file: string) => programHtml(read(`site/book/exercises/${name}/${file}.ts`));
  return `<section class="exercise" id="${name}">
<h2>${title}</h2>
${proseHtml(task, () => undefined)}
<live-cell exercise="${name}" label="${attribute(title)}"><pre tabindex="0">${program("stub")}</pre></live-cell>
<details><summary>A solution</summary><pre class="solution" tabindex="0">${program("solution")}</pre></details>
</section>`;
}
