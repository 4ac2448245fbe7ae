/** What the packages offer to import. */

/** Each import that the packages offer, and its source file. */
export const entryPoints: readonly (readonly [name: string, file: string])[] = [
  ["@polygrad/tensor", "packages/tensor/src/index.ts"],
  ["@polygrad/autograd", "packages/autograd/src/index.ts"],
  ["@polygrad/nn", "packages/nn/src/index.ts"],
  ["@polygrad/data", "packages/data/src/index.ts"],
  ["@polygrad/data/node", "packages/data/src/node.ts"],
  ["@polygrad/formats", "packages/formats/src/index.ts"],
  ["@polygrad/formats/node", "packages/formats/src/node.ts"],
  ["@polygrad/parallel", "packages/parallel/src/index.ts"],
  ["@polygrad/sweep", "packages/sweep/src/index.ts"],
];

/** The page of an import, below `api/`: `data/node.md` describes `@polygrad/data/node`. */
export function apiPage(name: string): string {
  return `${name.replace("@polygrad/", "")}.md`;
}
