/** The points of the stage Planes: drawn, spelt in addresses, and read from tables. */
import { expect, test } from "vitest";
import { Query } from "../playground/app/query.ts";
import { readCsv } from "../playground/stages/planes/csv.ts";
import { heldOut, pointsOf } from "../playground/stages/planes/data.ts";
import { MOST_POINTS, printPlane, readPlane } from "../playground/stages/planes/points.ts";
import { dataNames, readPlanes } from "../playground/stages/planes/settings.ts";

test("all data sets lie in the plane, have both classes, and follow the seed", () => {
  for (const data of dataNames.filter((name) => name !== "own")) {
    const of = (seed: number) => pointsOf(readPlanes(new Query(`data=${data}&seed=${seed}`)));
    const { places, labels } = of(1);
    expect(places.every((value) => value >= -1 && value <= 1)).toBe(true);
    const second = labels.filter((label) => label === 1).length;
    expect(second, data).toBeGreaterThan(labels.length / 4);
    expect(second, data).toBeLessThan((3 * labels.length) / 4);
    expect(of(1)).toEqual(of(1));
    expect(of(2).places).not.toEqual(places);
  }
  expect(heldOut(300, 1).filter((held) => held === 1)).toHaveLength(100);
});

test("points come back from an address to within half a 127th", () => {
  const places = Array.from({ length: 20 }, (_, k) => Math.cos(3 * k));
  const labels = Array.from({ length: 10 }, (_, k) => k % 2);
  const back = readPlane(printPlane(places, labels), ["no", "yes"]);
  expect(back?.labels).toEqual(Uint8Array.from(labels));
  for (const [k, place] of places.entries())
    expect(Math.abs((back?.places[k] ?? 9) - place)).toBeLessThanOrEqual(0.5 / 127 + 1e-6);
  expect(readPlane(printPlane(places, labels), ["only one"])).toBe(undefined);
  expect(
    readPlane(
      printPlane(
        places,
        labels.map((label) => label + 1),
      ),
      ["no", "yes"],
    ),
  ).toBe(undefined);
  expect(readPlane("AAA", ["no", "yes"])).toBe(undefined);
  expect(readPlane("%", ["no", "yes"])).toBe(undefined);
});

const flowers = `length;width;petals;kind
1;10;3;rose
2;20;4;rose
3;15;5;"tulip, red"
4;12;6;"tulip, red"
5;;7;rose
6;14;8;rose
`;

test("a table gives two axes and a class, with the delimiter that it has", async () => {
  const answer = await readCsv({ text: flowers });
  expect(answer).toMatchObject({
    axes: ["length", "width", "petals"],
    labels: ["kind"],
    chosen: { x: "length", y: "width", label: "kind" },
    rows: 6,
    shown: 5,
    own: { x: "length", y: "width", classes: "rose,tulip  red" },
  });
  const { own } = answer;
  const points = readPlane(own.points, own.classes.split(","));
  // The axes are stretched to 92 % of the plane: the row (1, 10) lies at its lower left.
  const lowest = [...(points?.labels.keys() ?? [])].map((k) => [...(points?.places.subarray(2 * k, 2 * k + 2) ?? [])]);
  expect(lowest.some(([x, y]) => Math.abs(x + 0.92) < 0.01 && Math.abs(y + 0.92) < 0.01)).toBe(true);
  const other = await readCsv({ text: flowers, chosen: { x: "petals", y: "length", label: "kind" } });
  expect(other).toMatchObject({ shown: 6, own: { x: "petals", y: "length" } });
});

test("a table without names, with numbers as classes, and with more rows than an address holds", async () => {
  const rows = Array.from({ length: 1000 }, (_, k) => `${k / 7},${(k * k) % 97},${k % 2}`);
  const answer = await readCsv({ text: rows.join("\r\n") });
  expect(answer).toMatchObject({ chosen: { x: "1", y: "2", label: "3" }, rows: 1000, shown: MOST_POINTS });
  expect(readPlane(answer.own.points, ["0", "1"])?.labels).toHaveLength(MOST_POINTS);
});

test("what is wrong with a table is said", async () => {
  await expect(readCsv({ text: "a,b\n1,2\n3,4,5\n" })).rejects.toThrow(/line 3/);
  await expect(readCsv({ text: "a,b\n1.5,2.5\n3.5,4.5\n" })).rejects.toThrow(/which could be classes/);
  await expect(readCsv({ text: "a,b\n1,x\n2,y\n" })).rejects.toThrow(/Two columns of numbers/);
  await expect(readCsv("text")).rejects.toThrow(/CSV/);
});
