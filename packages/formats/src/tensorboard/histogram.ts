/** Histograms, as `tf.summary.histogram` of TensorFlow 2 makes them. */
import type { Tensor } from "@polygrad/tensor";

/**
 * Rows of left edge, right edge and count, one row after the other: buckets of equal width from the smallest to the largest
 * element. If all elements are equal, the last bucket has them all and no width. NaN and infinite elements are left out.
 */
export function histogramOf(x: Tensor, buckets: number): number[] {
  const elements = x.clone().data.filter((each) => Number.isFinite(each));
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const each of elements) {
    low = Math.min(low, each);
    high = Math.max(high, each);
  }
  const counts = new Array<number>(buckets).fill(0);
  if (elements.length === 0) return counts.flatMap(() => [0, 0, 0]);
  // Halved, because the difference of two finite numbers may be infinite.
  const width = (high / 2 - low / 2) / buckets;
  for (const each of elements) {
    const k = width === 0 ? buckets - 1 : Math.floor((each / 2 - low / 2) / width);
    counts[Math.min(k, buckets - 1)]++;
  }
  const edge = (k: number) => (k === buckets || width === 0 ? high : low + 2 * (width * k));
  return counts.flatMap((count, k) => [edge(k), edge(k + 1), count]);
}
