/** Prints which kernels the environment chose, and what they compute. */
import * as library from "../../src/index.ts";
import { sample } from "./sample.ts";

function chosen(): string {
  try {
    return library.kernels();
  } catch (error) {
    return String(error);
  }
}

const kinds = chosen();
const values = kinds.includes("Error") ? [] : sample(library);
console.log(JSON.stringify({ kinds, values }));
