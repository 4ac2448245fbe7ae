/** tmp */
import { describe } from "vitest";
import { movementCases } from "../cases/movement.ts";
import { testDerivatives } from "../differences.ts";

describe("movement", () => testDerivatives(movementCases));
