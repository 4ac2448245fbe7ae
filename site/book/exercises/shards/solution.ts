/**
 * The sum of the gradients of all shards, which so many workers compute together. Each worker adds up its own slice of
 * the elements, over all shards in order.
 */
export function total(shards: readonly Float32Array[], workers: number): Float32Array {
  const { length } = shards[0];
  const sum = new Float32Array(length);
  for (let worker = 0; worker < workers; worker++) {
    const [start, end] = [worker, worker + 1].map((k) => Math.floor((k * length) / workers));
    for (const shard of shards) for (let i = start; i < end; i++) sum[i] += shard[i];
  }
  return sum;
}
