import { Adam, BSpline, crossEntropy, DataLoader, Flatten, Random, Sequential, Variable } from "polygrad";
import { mnist } from "polygrad/node";
const { train } = await mnist();
const random = new Random(1);
for (const [hidden, batchSize] of [[20, 2048], [8, 128]] as const) {
  const model = new Sequential(new Flatten(), new BSpline(784, hidden, { random }), new BSpline(hidden, 10, { random }));
  const adam = new Adam(model.parameters(), { learningRate: 0.001 });
  for (let epoch = 0; epoch < 3; epoch++) {
    const [t, c] = [performance.now(), process.cpuUsage()];
    let loss = 0, n = 0;
    for (const { inputs, labels } of new DataLoader(train, { batchSize, shuffle: true, seed: 1 })) {
      const l = crossEntropy(model.forward(inputs), labels);
      adam.zeroGrad(); l.backward(); adam.step(); loss += l.item(); n++;
    }
    const d = process.cpuUsage(c);
    console.log(hidden, batchSize, "wall", (performance.now() - t).toFixed(0), "cpu", ((d.user + d.system) / 1000).toFixed(0), loss / n);
  }
}
