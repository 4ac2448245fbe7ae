/** The picture of the architecture shows the imports of the sources, and no chapter imports a later one. */
import { expect, test } from "vitest";
import { architecturePicture, importsBetweenPlaces } from "./architecture.ts";

test("docs/architecture.svg matches the imports", async () => {
  // To accept an intended change: vitest run packages/polygrad/test/architecture.test.ts -u
  await expect(architecturePicture()).toMatchFileSnapshot("../../../docs/architecture.svg");
});

test("no chapter imports a later one", () => {
  const imports = importsBetweenPlaces();
  const order = [...imports.keys()];
  const upwards = [...imports].flatMap(([place, targets]) =>
    [...targets.keys()]
      .filter((target) => order.indexOf(target) > order.indexOf(place))
      .map(({ title }) => `${place.title} -> ${title}`),
  );
  expect(upwards).toEqual([]);
  expect([...imports.values()].reduce((sum, { size }) => sum + size, 0)).toBeGreaterThan(20);
});
