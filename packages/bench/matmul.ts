/** GFLOP/s of matrix products of various shapes, with pinned operands; the time includes packing and a new result. */
import { normal, pin, Random, type Tensor } from "polygrad";
import { table, time } from "./measure.ts";

interface Case {
  readonly name: string;
  readonly flops: number;
  readonly run: () => void;
}

function product(name: string, a: Tensor, b: Tensor): Case {
  const [m, k] = a.shape;
  const n = b.shape[1];
  return { name: `${name} ${m} x ${k} x ${n}`, flops: 2 * m * k * n, run: () => void a.matmul(b) };
}

export async function benchMatmul(): Promise<void> {
  const random = new Random(0);
  const matrix = (rows: number, columns: number) => pin(normal([rows, columns], random));
  const cases = [
    product("square", matrix(256, 256), matrix(256, 256)),
    product("square", matrix(512, 512), matrix(512, 512)),
    product("square", matrix(1024, 1024), matrix(1024, 1024)),
    product("square, transposed", matrix(512, 512).transpose(), matrix(512, 512).transpose()),
    product("small batch", matrix(128, 784), matrix(784, 128)),
    product("forward", matrix(2048, 784), matrix(784, 20)),
    product("forward", matrix(2048, 3136), matrix(3136, 20)),
    product("weight gradient", matrix(2048, 784).transpose(), matrix(2048, 20)),
    product("input gradient", matrix(2048, 20), matrix(784, 20).transpose()),
  ];
  const rows = cases.map(({ name, flops, run }) => {
    const { min, median } = time(run);
    return [name, (flops / min / 1e9).toFixed(1), (flops / median / 1e9).toFixed(1)];
  });
  table([["matmul, m x k x n", "best, GFLOP/s", "median, GFLOP/s"], ...rows]);
}
