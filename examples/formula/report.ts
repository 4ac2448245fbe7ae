/** What the experiment shows besides its tables: a network before and after pruning, and the page report.html. */
import type { DiagramPanel, Figure } from "../report/index.ts";
import { expansionOf, type Fitted, fit, settings, shorten } from "./find.ts";
import type { Findings } from "./findings.ts";
import { tablesOf } from "./tables.ts";
import { targets } from "./targets.ts";

/** The run that is drawn. */
const DRAWN = { formula: "kinetic", seed: 100 } as const;

/** The network of a run, before and after pruning, as the KAN paper (Liu et al. 2024) draws it. */
export async function prunedFigure(): Promise<Figure> {
  const { diagrams } = await import("../report/index.ts");
  const fitted = fit(targets[DRAWN.formula], DRAWN.seed);
  const before = await panelOf("trained", fitted);
  const reports = shorten(fitted);
  const [first, last] = [reports[0].coefficientsBefore, reports[reports.length - 1].coefficientsAfter];
  const after = await panelOf("pruned", fitted);
  return diagrams({
    title: `The network of ${DRAWN.formula}, seed ${DRAWN.seed}, before and after pruning`,
    note:
      `Each box shows the polynomial of an edge over the inputs that it meets, with its own scale; pale edges contribute little. ` +
      `Of ${first} coefficients, ${last} are left, and multiplied out they are \`${expansionOf(fitted)}\`.`,
    panels: [before, after],
  });
}

async function panelOf(name: string, { model, target, test }: Fitted): Promise<DiagramPanel> {
  const { diagramOf } = await import("../report/index.ts");
  const { inputs, output, hidden } = target;
  const { units, edges } = diagramOf(model, test.inputs, {
    inputNames: inputs,
    outputNames: [output],
    most: Math.max(inputs.length, hidden),
  });
  const left = edges.filter(({ strength }) => strength > 0);
  return { name: `${name}: ${left.length} edges`, units, edges: left };
}

/** The page report.html. */
export async function reportOf(findings: Findings, drawn: Figure): Promise<string> {
  const { page, table } = await import("../report/index.ts");
  const [found, ...others] = tablesOf(findings).map(({ title, note, table: [columns, ...rows] }) =>
    table({ title, note, columns, rows }),
  );
  const { tolerances, ...rest } = settings;
  return page({
    title: "Formulas read off networks",
    question:
      "If a network of polynomials is trained on values of a formula, pruned and multiplied out, is the formula what comes out? " +
      "How often, and how short is the network then?",
    command: "pnpm example formula",
    configuration: { ...rest, tolerances, hash: findings.configurationSha256 },
    sections: [
      { heading: "What was found", parts: [found, drawn] },
      { heading: "In detail", parts: others },
    ],
  });
}
