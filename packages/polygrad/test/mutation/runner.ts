/** A child process: runs the tests that its parent names against the mutant that its parent gives it. */
import { join } from "node:path";
import { openVitest, packageNames, root, testsOf } from "./session.ts";

/** What the parent asks for. */
export interface Task {
  /** The mutated file, from the root, and its content. */
  readonly file: string;
  readonly content: string;
  /** The paths of test files, in the order in which to run them. */
  readonly tests: readonly string[];
}

/** What the child says: that it is ready, that a test has ended, or which test failed, if any. */
export type Message =
  | { readonly kind: "ready" }
  | { readonly kind: "progress" }
  | { readonly kind: "done"; readonly killer: string | undefined };

const name = packageNames.find((known) => known === process.argv[2]);
if (name === undefined || process.send === undefined) throw new Error("runner: is started by fleet.ts");
const say = (message: Message): void => void process.send?.(message);

let task: Task | undefined;
let killer: string | undefined;
const vitest = await openVitest(name, (file) => (file === task?.file ? task.content : undefined), {
  include: testsOf(name),
  setupFiles: ["vitest.setup.ts"],
  isolate: false,
  fileParallelism: false,
  maxWorkers: 1,
  bail: 1,
  reporters: [
    {
      onTestCaseResult: (test) => {
        if (test.result().state === "failed") killer ??= `${test.module.relativeModuleId}: ${test.fullName}`;
        say({ kind: "progress" });
      },
      onTestModuleEnd: (module) => {
        if (!module.ok()) killer ??= module.relativeModuleId;
      },
    },
  ],
});
const project = vitest.getRootProject();

async function run(next: Task): Promise<void> {
  const before = task;
  task = next;
  killer = undefined;
  for (const file of [before?.file ?? next.file, next.file]) vitest.invalidateFile(join(root, file));
  vitest.state.filesMap.clear();
  const specifications = next.tests.map((test) => project.createSpecification(test));
  const { unhandledErrors } = await vitest.runTestSpecifications(specifications);
  say({ kind: "done", killer: killer ?? (unhandledErrors.length > 0 ? "an unhandled error" : undefined) });
}

process.on("message", (next: Task) => void run(next));
process.on("disconnect", () => process.exit());
say({ kind: "ready" });
