/** tmp */
import { describe } from "vitest";
import { joinCases } from "../cases/join.ts";
import { testDerivatives } from "../differences.ts";

describe("join", () => testDerivatives(joinCases));
