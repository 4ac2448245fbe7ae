import { type Input, Linear, Module, type Random, type Variable } from "polygrad";

/** y = (A x + a) sigmoid(B x + b): a gated linear unit (Dauphin et al. 2017). */
export class Gated extends Module {
  readonly value: Linear;
  readonly gate: Linear;

  constructor(inputs: number, outputs: number, random: Random) {
    super();
    this.value = new Linear(inputs, outputs, { random });
    this.gate = new Linear(inputs, outputs, { random });
  }

  forward(x: Input): Variable {
    return this.value.forward(x).mul(this.gate.forward(x).sigmoid());
  }
}
