/** All operators that a model may use, by name. Read the files that it imports first. */
import type { Operator } from "../node-reader.ts";
import { elementwise } from "./elementwise.ts";
import { layers } from "./layers.ts";
import { reductions } from "./reductions.ts";
import { shapes } from "./shapes.ts";

export const operators: ReadonlyMap<string, Operator> = new Map(
  Object.entries({ ...elementwise, ...layers, ...reductions, ...shapes }),
);
