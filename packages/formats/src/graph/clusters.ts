/** The clusters of a drawing, made of the frames that hold something. */
import type { Variable } from "@polygrad/autograd";
import type { GraphCluster } from "./drawing.ts";
import type { Frame } from "./frames.ts";
import type { Names } from "./named.ts";
import type { Trace } from "./record.ts";

/** The clusters, and the innermost one of each value. */
export interface Clusters {
  readonly clusters: readonly GraphCluster[];
  readonly clusterOf: (y: Variable) => string | undefined;
}

export function clustersOf(trace: Trace, names: Names): Clusters {
  const frames = framesOf(trace, names);
  const used = new Set<Frame>();
  for (const frame of frames.values()) for (const each of [...outwards(frame)].reverse()) used.add(each);
  const ids = new Map([...used].map((frame, k) => [frame, `c${k}`]));
  const idOf = (frame: Frame | undefined) => (frame === undefined ? undefined : ids.get(frame));
  const calls = new Map<string, number>();
  const total = (name: string) => [...used].filter((frame) => !frame.isOperation && frame.name === name).length;
  const clusters = [...used].map((frame): GraphCluster => {
    const { name, label, parent, isOperation } = frame;
    const call = (calls.get(name) ?? 0) + 1;
    if (!isOperation) calls.set(name, call);
    const counted = isOperation || total(name) === 1 ? label : `${label}, call ${call}`;
    return { id: idOf(frame) ?? "", name, label: counted, parent: idOf(parent) };
  });
  return { clusters, clusterOf: (y) => idOf(frames.get(y)) };
}

/** The innermost frame of each value that has one. */
function framesOf(trace: Trace, names: Names): Map<Variable, Frame> {
  const frames = new Map<Variable, Frame>();
  for (const y of trace.order) {
    const frame = y.node === undefined ? undefined : trace.frameOf(y);
    if (frame !== undefined) frames.set(y, frame);
  }
  // Parameters and constants lie in the innermost frame that holds all their uses.
  const around = new Map<Variable, Frame | undefined>();
  for (const y of trace.order)
    for (const operand of trace.operandsOf(y)) {
      if (operand.node !== undefined || isInput(operand, names)) continue;
      const frame = names.of(operand) === undefined ? frames.get(y) : outsideOperations(frames.get(y));
      around.set(operand, around.has(operand) ? shared(around.get(operand), frame) : frame);
    }
  for (const [y, frame] of around) if (frame !== undefined) frames.set(y, frame);
  return frames;
}

function isInput(y: Variable, names: Names): boolean {
  return names.of(y)?.kind === "input" || (names.of(y) === undefined && y.requiresGrad);
}

function* outwards(frame: Frame | undefined): Generator<Frame> {
  for (let at = frame; at !== undefined; at = at.parent) yield at;
}

function outsideOperations(frame: Frame | undefined): Frame | undefined {
  for (const each of outwards(frame)) if (!each.isOperation) return each;
  return undefined;
}

/** The innermost frame that holds both. */
function shared(a: Frame | undefined, b: Frame | undefined): Frame | undefined {
  const around = new Set(outwards(a));
  for (const frame of outwards(b)) if (around.has(frame)) return frame;
  return undefined;
}
