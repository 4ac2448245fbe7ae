/** tmp */
import { describe } from "vitest";
import { fusedCases } from "../cases/fused.ts";
import { testDerivatives } from "../differences.ts";

describe("fused", () => testDerivatives(fusedCases));
