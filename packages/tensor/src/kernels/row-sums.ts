/**
 * Sums of products along an axis, in the order of sums.ts: the one inner loop of matrix products and of the polynomial
 * layer. Vectors run along n, which is not summed, so every lane of an accumulator is a sum of its own.
 */
import { BYTES, LANES, LINE } from "../floats.ts";
import { f32x4, i32, v128 } from "../wasm/expression.ts";
import type { FunctionBuilder, Local } from "../wasm/function.ts";
import { emitBlocks, emitHorner, emitLoad, emitRowGroups, emitStrips, emitTotals } from "./pieces.ts";
import { BLOCK } from "./sums.ts";

/** Four rows by two vectors: eight accumulators, all that Node 20's register allocator keeps in registers. */
const ROWS = 4;
const VECTORS = 2;
/**
 * With more columns than this, all rows go through one strip of b after the other, so that the strip stays cached. It is
 * a cache line wide, and tiles have half the rows.
 */
const WIDE = 64;
/** The bytes of b that stay in the first-level cache while a few rows go through all columns. */
const CACHED = 20_480;

/** What the loop is compiled for. */
export interface RowSumsSettings {
  /** The number of columns of y. */
  readonly n: number;
  /** The distance in elements from a[m, k] to a[m + 1, k], and to a[m, k + 1]. */
  readonly rowStride: number;
  readonly stepStride: number;
  /** The number of terms d that b has, and the first that is used; 1 and 0 for a matrix product. */
  readonly terms: number;
  readonly first: number;
  /** Whether negative results become 0. */
  readonly relu: boolean;
}

/** Where the operands are. */
export interface RowSumsPlaces extends Readonly<Record<"a" | "b" | "y" | "rows" | "depth" | "scratch", Local<"i32">>> {
  readonly biases?: Local<"i32"> | undefined;
}

/** Bytes of scratch memory: the sums of a few rows, while a block is summed in parts. */
export function rowSumsScratch(n: number): number {
  return ROWS * (n + LANES) * BYTES;
}

/** The accumulators of a few rows and a strip of columns, which begins `column` bytes into a row. */
interface Tile {
  readonly sums: readonly (readonly Local<"v128">[])[];
  readonly column: Local<"i32">;
  readonly widths: readonly number[];
}

/** Some steps of the sum: how many, from where, and what happens to the accumulators before and after. */
interface Steps extends Readonly<Record<"a" | "b" | "length", Local<"i32">>> {
  readonly before: (tile: Tile) => void;
  readonly after: (tile: Tile) => void;
}

/** Emits the sums of all rows and columns. */
export function emitRowSums(f: FunctionBuilder, settings: RowSumsSettings, places: RowSumsPlaces): void {
  const { n, rowStride, stepStride, terms } = settings;
  const { rows, depth, scratch } = places;
  const [a, y] = [f.let(places.a), f.let(places.y)];
  const later = (start: Local<"i32">, steps: Local<"i32">, step: number) =>
    f.let(i32.add(start, i32.mul(steps, step * BYTES)));
  const eachBlock = (body: (block: Steps) => void) =>
    emitBlocks(f, depth, BLOCK, (done, length) => {
      const [isFirst, isLast] = [f.let(i32.eq(done, 0)), f.let(i32.ge(i32.add(done, length), depth))];
      const after = (tile: Tile) => emitFinish(f, settings, { ...places, y, isFirst, isLast }, tile);
      body({ a: later(a, done, stepStride), b: later(places.b, done, terms * n), length, before: () => {}, after });
    });
  /** All columns for a few rows. */
  const emitColumns = (steps: Steps, count: number) =>
    emitStrips(f, n, VECTORS, (column, widths) => emitTile(f, settings, steps, column, count, widths));
  const cached = Math.max(1, Math.floor(CACHED / (terms * n * BYTES)));
  /** The same, so many steps at a time that their part of b is cached; between them, the sums are in scratch memory. */
  const emitCached = (block: Steps, count: number) =>
    emitBlocks(f, block.length, cached, (done, length) => {
      const isEnd = f.let(i32.ge(i32.add(done, length), block.length));
      const kept = { y: scratch, stride: n + LANES };
      emitColumns(
        {
          a: later(block.a, done, stepStride),
          b: later(block.b, done, terms * n),
          length,
          before: (tile) => f.if(done, () => emitKept(f, kept, tile, "load")),
          after(tile) {
            f.if(i32.eq(isEnd, 0), () => emitKept(f, kept, tile, "store"));
            f.if(isEnd, () => block.after(tile));
          },
        },
        count,
      );
    });
  const next = (from: Local<"i32">, count: number) => {
    f.advance(from, count * rowStride * BYTES);
    f.advance(y, count * n * BYTES);
  };
  // What stays in the cache decides which loop is outermost: a strip of b if b is wide; else the rows of a that are being
  // read, if they are contiguous; else the block of the sum, because then a is read down its columns.
  if (n > WIDE)
    eachBlock((block) =>
      emitStrips(f, n, LINE / LANES, (column, widths) => {
        const from = f.let(block.a);
        f.set(y, places.y);
        emitRowGroups(f, rows, (ROWS * VECTORS * LANES) / LINE, (count) => {
          emitTile(f, settings, { ...block, a: from }, column, count, widths);
          next(from, count);
        });
      }),
    );
  else if (stepStride === 1)
    emitRowGroups(f, rows, ROWS, (count) => {
      eachBlock((block) => (cached < BLOCK ? emitCached(block, count) : emitColumns(block, count)));
      next(a, count);
    });
  else
    eachBlock((block) => {
      f.set(y, places.y);
      emitRowGroups(f, rows, ROWS, (count) => {
        emitColumns(block, count);
        next(block.a, count);
      });
    });
}

/** Adds the steps' terms to the accumulators of a tile. */
function emitTile(
  f: FunctionBuilder,
  { n, rowStride, stepStride, terms, first }: RowSumsSettings,
  { a, b, length, before, after }: Steps,
  column: Local<"i32">,
  rows: number,
  widths: readonly number[],
): void {
  const sums = Array.from({ length: rows }, () => f.locals("v128", widths.length));
  for (const sum of sums.flat()) f.set(sum, v128.zero());
  before({ sums, column, widths });
  const [pa, pb, start] = [f.local("i32", a), f.local("i32"), f.let(i32.add(b, column))];
  const step = terms * n * BYTES;
  f.for(pb, start, i32.add(start, i32.mul(length, step)), step, () => {
    const xs = sums.map((_, r) => f.let(f32x4.loadSplat(pa, r * rowStride * BYTES)));
    for (const [v, lanes] of widths.entries()) {
      const weight = (d: number) => f.let(emitLoad(f, pb, ((first + d) * n + v * LANES) * BYTES, lanes));
      const weights = Array.from({ length: terms - first }, (_, d) => weight(d));
      for (const [r, x] of xs.entries()) f.set(sums[r][v], f32x4.add(sums[r][v], f32x4.mul(x, emitHorner(weights, x))));
    }
    f.advance(pa, stepStride * BYTES);
  });
  after({ sums, column, widths });
}

/** Loads the accumulators of a tile from scratch memory, or stores them there. */
function emitKept(
  f: FunctionBuilder,
  { y, stride }: { readonly y: Local<"i32">; readonly stride: number },
  { sums, column, widths }: Tile,
  what: "load" | "store",
): void {
  const at = f.let(i32.add(y, column));
  for (const [r, row] of sums.entries())
    for (const [v, sum] of row.entries()) {
      const offset = (r * stride + v * LANES) * BYTES;
      if (what === "load") f.set(sum, emitLoad(f, at, offset, widths[v]));
      else f.storeVector(at, offset, sum, widths[v]);
    }
}

/** y (+)= the accumulators of a tile, which hold the sum over a block; after the last block, the last steps. */
function emitFinish(
  f: FunctionBuilder,
  { n, relu }: RowSumsSettings,
  { y, biases, isFirst, isLast }: RowSumsPlaces & Readonly<Record<"isFirst" | "isLast", Local<"i32">>>,
  tile: Tile,
): void {
  const { sums, column, widths } = tile;
  const target = f.let(i32.add(y, column));
  const cells = sums.flatMap((row, r) =>
    row.map((sum, v) => ({ sum, target, offset: (r * n + v * LANES) * BYTES, lanes: widths[v] })),
  );
  emitTotals(f, isFirst, cells);
  if (biases || relu)
    f.if(isLast, () => {
      for (const row of sums)
        for (const [v, sum] of row.entries()) {
          if (biases) f.set(sum, f32x4.add(sum, emitLoad(f, i32.add(biases, column), v * LANES * BYTES, widths[v])));
          if (relu) f.set(sum, f32x4.max(sum, v128.zero()));
        }
    });
  emitKept(f, { y, stride: n }, tile, "store");
}
