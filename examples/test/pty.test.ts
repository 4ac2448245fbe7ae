/** The example in a terminal: a pseudo terminal of some width, in which no line may be wrapped by the terminal itself. */
import { stripVTControlCharacters } from "node:util";
import { describe, expect, test, vi } from "vitest";
import { entry, example, tinyImages } from "./command.ts";

// A process takes seconds to start where other work competes for the cores.
vi.setConfig({ testTimeout: 240_000 });

const data = await tinyImages();
const HALF_BLOCK = "\u2580";

/** Everything that the example writes to a terminal, as lines without colours; the live line is many of them. */
async function inTerminal(columns: number, variables: string) {
  const run = `unset CI TMUX TERM_PROGRAM NO_COLOR FORCE_COLOR COLORTERM; stty cols ${columns} rows 40; ${variables} exec "${process.execPath}"`;
  const given = `mnist --data ${data} --batch 32 --lr 0.02 --epochs 60 --workers 1`;
  // `script` runs a command in a pseudo terminal and copies what the command writes.
  const command = ["script", "-qec", `${run} ${entry} ${given}`, "/dev/null"];
  const { code, stdout } = await example([], { command, env: { TERM: "xterm-256color" } });
  expect(code).toBe(0);
  return { raw: stdout, lines: stripVTControlCharacters(stdout).split(/[\r\n]+/) };
}

describe("in a terminal", () => {
  test.each([
    [40, "COLORTERM=truecolor", "48;2;", 2],
    [80, "COLORTERM=truecolor", "48;2;", 2],
    [80, "", "48;5;", 2],
    [80, "NO_COLOR=1", undefined, 2],
    [34, "NO_COLOR=1", undefined, 1],
  ])("of %i columns with %s, no line is too long", async (columns, variables, colour, drawings) => {
    const { raw, lines } = await inTerminal(columns, variables);
    // The path of the images is one word, which is not broken.
    const own = lines.filter((line) => !line.includes("polygrad-images-"));
    expect(Math.max(...own.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(own.filter((line) => /^epoch +\d+\/60/.test(line)).length).toBeGreaterThan(1);
    // The loss of 60 epochs falls from the left upper corner of its chart to the right lower one.
    const chart = own.filter((line) => line.includes("\u2502"));
    expect(chart).toHaveLength(4);
    expect(chart[0]).toMatch(/^\d+\.\d{4} \u2502\u2588/);
    expect(chart[3]).toMatch(/^0\.\d{4} \u2502\u2588.*\u2581/);
    expect(raw.includes(HALF_BLOCK)).toBe(colour !== undefined);
    if (colour !== undefined) expect(raw).toContain(colour);
    // All of these images are classified correctly, so at most two are drawn.
    expect(own.join("\n").match(/\bright\b/g)).toHaveLength(drawings);
  });
});
