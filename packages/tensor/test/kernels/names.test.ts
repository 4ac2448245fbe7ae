/** No two kernels share a name, for compiled code is kept by name; and every kernel says what runs where there is no SIMD. */
import { readdirSync } from "node:fs";
import { expect, test, vi } from "vitest";

const made = vi.hoisted<{ readonly name: string; readonly plain?: unknown }[]>(() => []);

/** The functions of a file that make kernels, which note what they make. */
function noting<Makers extends object>(makers: Makers): Makers {
  const noted = Object.entries(makers).map(([name, make]) => [
    name,
    typeof make !== "function"
      ? make
      : (...args: unknown[]) => {
          const result: unknown = Reflect.apply(make, undefined, args);
          if (isKernel(result)) made.push(result);
          return result;
        },
  ]);
  return Object.fromEntries(noted);
}

function isKernel(value: unknown): value is (typeof made)[number] {
  return typeof value === "object" && value !== null && "name" in value && ("plain" in value || "simd" in value);
}

for (const file of ["elementwise", "reduce", "row-wise"])
  vi.doMock(`../../src/kernels/${file}.ts`, async (importOriginal) => noting(await importOriginal<object>()));

test("the names of kernels are unique", async () => {
  await import("../../src/index.ts");
  const folder = new URL("../../src/kernels/", import.meta.url);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const modules = await Promise.all(files.map((file): Promise<object> => import(`${folder.pathname}${file}`)));
  const kernels = new Set([...made, ...modules.flatMap((module) => Object.values(module)).filter(isKernel)]);
  const names = [...kernels].map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["add", "log2", "where", "sum rows", "layer norm", "packed"]));
  expect(names.length).toBeGreaterThan(60);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  const withoutTwin = [...kernels].filter(({ plain }) => plain === undefined).map(({ name }) => name);
  expect(withoutTwin.toSorted()).toEqual([
    "lists of bytes",
    "lists of floats",
    "polynomial in a basis, of lists",
    "polynomial weights in a basis, of lists",
    "spline of lists",
    "spline weights of lists",
    "sums of lists",
    "weights of lists",
  ]);
});
