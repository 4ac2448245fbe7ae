/**
 * The sum of the gradients of all shards, which so many workers compute together. Here each worker adds up the shards
 * that are its own, and then their sums are added.
 */
export function total(shards: readonly Float32Array[], workers: number): Float32Array {
  const sums = Array.from({ length: workers }, (_, worker) =>
    added(shards.filter((_, k) => k % workers === worker), shards[0].length),
  );
  return added(sums, shards[0].length);
}

/** ((a + b) + c) + ... for each element, in float32. */
function added(arrays: readonly Float32Array[], length: number): Float32Array {
  const sum = new Float32Array(length);
  for (const array of arrays) for (let i = 0; i < length; i++) sum[i] += array[i];
  return sum;
}
