/** How many shards the key space has. A shard is a unit of distribution, not a table. */
export const SHARD_COUNT = 256;

/**
 * Gives the shard of a record, which its events, runs, effects, messages and notifications share, so that no query
 * of an order's life crosses shards.
 *
 * FNV-1a over UTF-16 code units: any even spread serves, but it must never change once data exists.
 */
export function shardOf(dataType: string, key: string): number {
  let hash = 0x811c9dc5;
  const text = `${dataType}/${key}`;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % SHARD_COUNT;
}
