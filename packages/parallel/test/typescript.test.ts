import { expect, test } from "vitest";
import { type Started, threadArguments } from "../src/node/typescript.ts";

/** A process with these arguments that runs this program, in an engine that reads this much TypeScript. */
function startedWith(
  execArgv: string[],
  program = "/x/program.js",
  typescript?: "transform" | "strip" | false,
): Started {
  const features = { ...process.features, typescript };
  return { execArgv, argv: ["/x/engine", program], features };
}

/** The module that registers tsx on a thread. */
const register = expect.stringMatching(/^data:text\/javascript,import.*register.*tsx.*esm%2Fapi%2Findex\.mjs/);
const typescript = import.meta.url;
const nowhere = "file:///nowhere/at/all/recipe.ts";
const javascript = "file:///nowhere/at/all/recipe.js";
const plain = startedWith([]);

test("threads inherit the arguments of the process if tsx is not involved", () => {
  expect(threadArguments([javascript], plain)).toBeUndefined();
  expect(threadArguments([javascript, nowhere], plain)).toBeUndefined();
  expect(threadArguments([javascript], startedWith(["--expose-gc", "--import", "./own.mjs"]))).toBeUndefined();
});

test.each(["recipe.ts", "recipe.mts", "recipe.cts"])("%s is loaded with the tsx that it can import", (name) => {
  const file = new URL(name, import.meta.url).href;
  expect(threadArguments([javascript, file], plain)).toEqual(["--import", register]);
  expect(threadArguments([nowhere, file], plain)).toEqual(["--import", register]);
});

const loadTsx = [
  [["--import", "tsx"]],
  [["--import=tsx"]],
  [["--import", "tsx/esm"]],
  [["--require", "/x/tsx/dist/preflight.cjs", "--import", "file:///x/tsx/dist/loader.mjs"]],
  [["-r", "C:\\x\\tsx\\dist\\preflight.cjs"]],
];

test.each(loadTsx)("arguments of the process that load tsx, %j, are not passed on", (own) => {
  expect(threadArguments([javascript], startedWith(own))).toEqual([]);
  expect(threadArguments([typescript], startedWith(own))).toEqual(["--import", register]);
});

test("arguments that load other modules are passed on, those that a thread would reject are not", () => {
  const own = ["--require", "./a.cjs", "--import=./b.mjs", "-C", "development", "--conditions=tsx-like"];
  const all = ["--expose-gc", "--max-old-space-size=1000", ...own, "--import", "tsx", "--stack-size", "2000"];
  expect(threadArguments([typescript], startedWith(all))).toEqual([...own, "--import", register]);
});

test.each(["/x/program.js", "/x/program.ts"])(
  "in Bun and Deno, which compile TypeScript, %s needs no tsx",
  (program) => {
    for (const files of [[typescript], [javascript, typescript], [javascript]])
      expect(threadArguments(files, startedWith([], program, "transform"))).toBeUndefined();
  },
);

test.each(["program.ts", "program.mts", "program.cts"])(
  "threads of `node %s` strip types as the process does",
  (name) => {
    const started = startedWith(["--expose-gc"], `/x/${name}`, "strip");
    expect(threadArguments([typescript], started)).toBeUndefined();
    expect(threadArguments([javascript], started)).toBeUndefined();
  },
);

test("a Node that strips types uses tsx if it runs another program, such as Vitest, or none", () => {
  expect(threadArguments([typescript], startedWith([], "/x/vitest.mjs", "strip"))).toEqual(["--import", register]);
  const none: Started = { ...startedWith([], "", "strip"), argv: ["/x/node"] };
  expect(threadArguments([typescript], none)).toEqual(["--import", register]);
});

test.each(loadTsx)("a process that was started on tsx, %j, keeps it where Node strips types", (own) => {
  const started = startedWith(own, "/x/program.ts", "strip");
  expect(threadArguments([typescript], started)).toEqual(["--import", register]);
});

test("a Node that does not strip types, or too old to say so, uses tsx", () => {
  for (const value of [false, undefined] as const)
    expect(threadArguments([typescript], startedWith([], "/x/program.ts", value))).toEqual(["--import", register]);
});
