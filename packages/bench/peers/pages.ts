/** Placeholder. */
import type { Report } from "./report.ts";
export async function writePages(_: Report): Promise<string[]> {
  return [];
}
