/** tmp */
import { describe } from "vitest";
import { reduceCases } from "../cases/reduce.ts";
import { testDerivatives } from "../differences.ts";

describe("reduce", () => testDerivatives(reduceCases));
