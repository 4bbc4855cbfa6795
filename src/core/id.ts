/** What every id begins with, so that a bare id in a log says what it names. */
export type IdPrefix = "evt" | "run" | "eff" | "msg" | "rcv" | "cnv" | "ntf" | "rec" | "qua" | "opr" | "hook" | "req";

/** Makes a new id of one kind, such as `run_01jd…`. */
export type NewId = (prefix: IdPrefix) => string;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;

/**
 * Makes ids that sort by the time they were made (ULID layout, lower case): random ids halve the
 * insert rate of a B-tree, time-ordered ones do not. Within one millisecond the random part counts up,
 * so ids from one process are strictly ascending.
 *
 * Source: https://github.com/ulid/spec (48-bit milliseconds, 80 random bits, Crockford base 32)
 *
 * @param now Milliseconds since 1970.
 * @param randomBytes Cryptographically strong bytes.
 */
export function createNewId(now: () => number, randomBytes: (size: number) => Uint8Array): NewId {
  let lastTime = -1;
  let random: number[] = [];
  return (prefix) => {
    const time = Math.max(now(), lastTime);
    random = time === lastTime ? increment(random) : Array.from(randomBytes(RANDOM_LENGTH), (byte) => byte & 31);
    lastTime = time;
    let text = `${prefix}_${encodeTime(time)}`;
    for (const digit of random) text += ALPHABET[digit];
    return text;
  };
}

/** Gives the smallest id that could have been made at an instant: ids made before are smaller, others are not. */
export function firstIdAt(prefix: IdPrefix, at: Date): string {
  return `${prefix}_${encodeTime(Math.max(0, at.getTime()))}`;
}

/** Tells when an id was made, or null when it is not one of ours. */
export function idTime(id: string): Date | null {
  const match = /^[a-z]+_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/.exec(id);
  if (!match?.[1]) return null;
  return new Date([...match[1]].reduce((time, character) => time * 32 + ALPHABET.indexOf(character), 0));
}

function encodeTime(time: number): string {
  let rest = time;
  let text = "";
  for (let index = 0; index < TIME_LENGTH; index++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function increment(digits: number[]): number[] {
  const next = [...digits];
  for (let index = next.length - 1; index >= 0; index--) {
    const digit = (next[index] ?? 0) + 1;
    next[index] = digit % 32;
    if (digit < 32) break;
  }
  return next;
}
