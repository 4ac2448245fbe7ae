/**
 * Skipping zeros: when it pays, and the lists of what is not zero in a matrix.
 *
 * Which kernel runs does not show in the result, only in the time. Lists are made when a layer reads a matrix, and found
 * again when its backward pass needs them. Once the matrix has been overwritten, they are not used any more.
 */
import { BYTES } from "../floats.ts";
import { launch } from "../kernels/launch.ts";
import { floatListsKernel, laneTables } from "../kernels/zeros/floats.ts";
import { listsLength } from "../kernels/zeros/lists.ts";
import { heap } from "../memory/heap.ts";
import { pinnedStorage, type Storage } from "../memory/storage.ts";
import { taping, unnoted } from "../tape/current.ts";
import { Tensor } from "../tensor.ts";
import { kernels } from "../wasm/simd.ts";
import { PickedRows } from "./picked.ts";

/** The lists of a matrix. */
export interface Lists {
  readonly lists: Tensor;
  /** Whether their values are float32s. */
  readonly wide: boolean;
}

/** Lists, and the matrix that they are the lists of. */
interface Known extends Lists {
  readonly storage: WeakRef<Storage>;
  readonly write: number;
  readonly offset: number;
  readonly rows: number;
  readonly columns: number;
}

/** The lists made last. One training step needs as many as it has layers whose input is sparse. */
const MOST_KNOWN = 4;
let usual: readonly Known[] = [];
/** A step that is taped has lists of its own: they lie among its results, and are not found by anything else. */
const taped = new WeakMap<object, readonly Known[]>();

function allKnown(): readonly Known[] {
  const step = taping();
  return step === undefined ? usual : (taped.get(step) ?? []);
}

function know(lists: readonly Known[]): void {
  const step = taping();
  if (step === undefined) usual = lists;
  else taped.set(step, lists);
}

/** Smaller matrices than this are multiplied in less time than it takes to make lists. */
const [LEAST_COLUMNS, LEAST_OUTPUTS, LEAST_ROWS] = [32, 4, 8];
/** Lists stay in memory until others take their place, so they may not be larger than 64 MiB, in float32s. */
const MOST_LENGTH = 2 ** 24;
/** For float32s, making lists costs more. Each entry must save the work of so many outputs. */
const [LEAST_FLOATS, LEAST_OF_FLOATS] = [64, { product: 48, polynomial: 16 }];

/**
 * The share of elements that are not zero up to which skipping the others is faster, forward and backward together: for
 * bytes measured at 784 x 20, for floats at 784 x 128 and, of polynomials, 784 x 20. Polynomials do more for each element;
 * bytes become lists in less time than floats. After a ReLU, where half of the elements are zero, a product gains
 * nothing: at 256 x 256 it takes 1.03 of the time.
 */
const DENSEST = { bytes: { product: 0.75, polynomial: 1 }, floats: { product: 0.3, polynomial: 0.75 } };

/**
 * The lists of x [rows, columns] for a layer with these weights; undefined if skipping zeros does not pay.
 *
 * The elements may have been changed through `data`, which nothing can see. So every layer that reads floats makes lists
 * anew, or forgets those of an earlier layer.
 */
export function listsFor(
  x: Tensor,
  outputs: number,
  what: "product" | "polynomial",
  weights: readonly Tensor[],
): Lists | undefined {
  const [rows, columns] = x.shape;
  const picked = pickedRows(x);
  const stale = picked ? undefined : allKnown().find((each) => isOf(each, x));
  if (stale !== undefined) know(allKnown().filter((each) => each !== stale));
  if (rows < LEAST_ROWS || columns < LEAST_COLUMNS || outputs < LEAST_OUTPUTS || !canSkip(x, ...weights))
    return undefined;
  if (listsLength({ columns, wide: picked === undefined }, rows) > MOST_LENGTH) return undefined;
  if (picked) {
    if (picked.table.density > DENSEST.bytes[what]) return undefined;
    return allKnown().find((each) => isOf(each, x)) ?? remember(x, false, (lists) => picked.listsInto(lists));
  }
  if (columns < LEAST_FLOATS || outputs < LEAST_OF_FLOATS[what]) return undefined;
  const isSparse = () => density(x) <= DENSEST.floats[what];
  if (!(taping()?.chosen(isSparse) ?? isSparse())) return undefined;
  const tables = unnoted(laneTables);
  return remember(x, true, (lists) => void launch(floatListsKernel, { columns }, [x, tables], lists, [rows]), stale);
}

/**
 * The lists of x [rows, columns] for a layer that reads them only if their values are bytes; undefined if its elements
 * are floats, or skipping zeros does not pay.
 */
export function byteListsFor(x: Tensor, outputs: number, weights: readonly Tensor[]): Tensor | undefined {
  return pickedRows(x) && listsFor(x, outputs, "polynomial", weights)?.lists;
}

/** The rows of bytes that x [rows, columns] consists of, if nothing has asked for their floats. */
function pickedRows({ shape: [rows, columns], storage: { pending } }: Tensor): PickedRows | undefined {
  const isX = pending instanceof PickedRows && pending.count === rows && pending.table.rowLength === columns;
  return isX ? pending : undefined;
}

/** Kernels that skip zeros run as SIMD code, on row-major float32s. */
function canSkip(x: Tensor, ...others: readonly Tensor[]): boolean {
  return kernels() === "simd" && x.isContiguous && ![x, ...others].some(({ storage }) => storage.isDouble);
}

/** The lists of x that a layer has made, if x has not been overwritten since and they are still known. */
export function listsOf(x: Tensor, g: Tensor): Lists | undefined {
  return canSkip(x, g) ? allKnown().find((each) => isOf(each, x)) : undefined;
}

function isOf({ storage, write, offset, rows, columns }: Known, x: Tensor): boolean {
  return (
    storage.deref() === x.storage &&
    x.storage.endedBy === undefined &&
    write === x.storage.version.last.number &&
    offset === x.offset &&
    rows === x.shape[0] &&
    columns === x.shape[1]
  );
}

/** Makes the lists of x, if possible in the memory of lists that are of no more use, such as `stale` ones. */
function remember(x: Tensor, wide: boolean, write: (lists: Tensor) => void, stale?: Known): Lists {
  const [rows, columns] = x.shape;
  const length = listsLength({ columns, wide }, rows);
  const fits = (each: Known) => each.lists.size === length;
  const known = stale === undefined ? allKnown() : [...allKnown(), stale];
  const old =
    (stale !== undefined && fits(stale) ? stale : undefined) ??
    known.find((each) => fits(each) && isOver(each)) ??
    (known.length < MOST_KNOWN ? undefined : known.at(-1));
  const recent = old !== undefined && fits(old) && taping() === undefined ? old.lists : undefined;
  const lists = recent ?? taping()?.result([length]) ?? new Tensor(pinnedStorage(length), [length]);
  write(lists);
  const own = {
    storage: new WeakRef(x.storage),
    write: x.storage.version.last.number,
    offset: x.offset,
    rows,
    columns,
  };
  const made = { ...own, lists, wide };
  know([made, ...known.filter((each) => each !== old && each !== stale)]);
  return made;
}

/** Whether the matrix of some lists is gone, or has been overwritten. */
function isOver({ storage, write }: Known): boolean {
  const its = storage.deref();
  return its === undefined || its.endedBy !== undefined || its.version.last.number !== write;
}

/** The share of elements that are not zero, in a sample of the rows. */
function density({ storage, offset, shape: [rows, columns] }: Tensor): number {
  // Not storage.data: this looks at the elements, but nothing that it finds shows in a result.
  const { address } = storage;
  const [data, first] = address === undefined ? [storage.data, offset] : [heap().floats, address / BYTES + offset];
  const step = Math.ceil(rows / LEAST_ROWS);
  let [seen, others] = [0, 0];
  for (let row = 0; row < rows; row += step)
    for (let at = first + row * columns; at < first + (row + 1) * columns; at++, seen++) if (data[at] !== 0) others++;
  return others / seen;
}
