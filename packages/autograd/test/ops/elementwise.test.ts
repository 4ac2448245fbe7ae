/** tmp */
import { describe } from "vitest";
import { elementwiseCases } from "../cases/elementwise.ts";
import { testDerivatives } from "../differences.ts";

describe("elementwise", () => testDerivatives(elementwiseCases));
