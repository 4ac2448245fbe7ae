/** tmp */
import { describe } from "vitest";
import { linalgCases } from "../cases/linalg.ts";
import { testDerivatives } from "../differences.ts";

describe("linalg", () => testDerivatives(linalgCases));
