/** As many letters may be wrong, missing or too many as a slip of the hand makes. */
const MOST = 3;

/** Gives the name that was probably meant; null when none is near. */
export function nearestName(written: string, names: readonly string[]): string | null {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const ranked = names
    .map((name) => ({ name, distance: distanceOf(plain(written), plain(name)) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  const most = Math.min(MOST, Math.floor(written.length / 2));
  return best !== undefined && best.distance <= most ? best.name : null;
}

/** Levenshtein's distance, of the first letters of what is long. */
function distanceOf(one: string, other: string): number {
  const [a, b] = [one.slice(0, 64), other.slice(0, 64)];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
