/** What a used graph keeps alive, as JSON; run by memory.test.ts with the garbage collector exposed. */
import { ones } from "@polygrad/tensor";
import { noGrad, type Variable, variable } from "../../src/index.ts";

const collect: unknown = Reflect.get(globalThis, "gc");

/** Lets finalisers and microtasks run, then collects, a few times over. */
async function settle(): Promise<void> {
  for (let i = 0; i < 4; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (typeof collect === "function") collect();
  }
}

const x = variable(ones([64, 64]));

/** A loss, and a weak reference to a tensor in the middle of its graph. */
function build(): { loss: Variable; middle: WeakRef<object>; pieces: WeakRef<object> } {
  const middle = x.matmul(x);
  const pieces = middle.exp();
  return { loss: pieces.sum(), middle: new WeakRef(middle.value), pieces: new WeakRef(pieces) };
}

const waiting = build();
const [used, kept] = [build(), build()];
used.loss.backward();
kept.loss.backward(undefined, { retainGraph: true });
const unrecorded = noGrad(build);
await settle();
const alive = ({ middle, pieces }: typeof used) => [middle, pieces].map((ref) => ref.deref() !== undefined);
const report = { exposed: typeof collect === "function", ...{ waiting: alive(waiting), used: alive(used) } };
const rest = { kept: alive(kept), unrecorded: alive(unrecorded) };
// The losses are still in use here.
const losses = [waiting, used, kept, unrecorded].map(({ loss }) => loss.size);
console.log(JSON.stringify({ ...report, ...rest, losses, gradient: x.grad?.shape }));
