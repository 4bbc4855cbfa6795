/** What every id begins with, so that a bare id in a log says what it names. */
export type IdPrefix =
  | "evt"
  | "run"
  | "eff"
  | "msg"
  | "rcv"
  | "cnv"
  | "cns"
  | "att"
  | "ntf"
  | "chk"
  | "rec"
  | "qua"
  | "opr"
  | "bct"
  | "rcp"
  | "key"
  | "usr"
  | "ses"
  | "hook"
  | "req";

/** Makes a new id of one kind, such as `run_01jd…`. */
export type NewId = (prefix: IdPrefix) => string;

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const TIME_LENGTH = 10;
const RANDOM_LENGTH = 16;
/** Of the random digits, the last ones, which are counted up. */
const LOW_LENGTH = 4;

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
  const nextRandom = createRandomDigits(randomBytes);
  let lastTime = -1;
  let high: number[] = [];
  let low = 0;
  /** Time and the digits that stay while only the last ones are counted up. */
  let head = "";
  return (prefix) => {
    const time = Math.max(now(), lastTime);
    if (time === lastTime) {
      low += 1;
    } else {
      high = nextRandom();
      low = high.splice(-LOW_LENGTH).reduce((number, digit) => number * 32 + digit, 0);
      head = encodeTime(time) + toText(high);
      lastTime = time;
    }
    if (low === 32 ** LOW_LENGTH) {
      increment(high);
      low = 0;
      head = encodeTime(time) + toText(high);
    }
    return `${prefix}_${head}${encode(low, LOW_LENGTH)}`;
  };
}

/** Gives random digits from 0 to 31, each of them once. Bytes are asked for in heaps: asking costs 2 µs, whatever the number. */
function createRandomDigits(randomBytes: (size: number) => Uint8Array): () => number[] {
  let pool: Uint8Array = new Uint8Array();
  let used = 0;
  return () => {
    if (used === pool.length) {
      pool = randomBytes(256 * RANDOM_LENGTH);
      used = 0;
    }
    const digits: number[] = [];
    for (const end = used + RANDOM_LENGTH; used < end; used++) digits.push((pool[used] ?? 0) & 31);
    return digits;
  };
}

/** Gives the smallest id that could have been made at an instant: ids made before are smaller, others are not. */
export function firstIdAt(prefix: IdPrefix, at: Date): string {
  return `${prefix}_${encodeTime(Math.max(0, at.getTime()))}`;
}

/**
 * Gives the id of something that happened, made of its instant and of what it was: the same fact has the same id, whoever
 * tells it and however often.
 *
 * @param digest At least 16 evenly spread bytes, such as a hash of the fact.
 */
export function idOfFact(prefix: IdPrefix, at: Date, digest: Uint8Array): string {
  const digits = [...digest.subarray(0, RANDOM_LENGTH)].map((byte) => byte & 31);
  return firstIdAt(prefix, at) + toText(digits);
}

/** Tells when an id was made, or null when it is not one of ours. */
export function idTime(id: string): Date | null {
  const match = /^[a-z]+_([0-9a-hjkmnp-tv-z]{10})[0-9a-hjkmnp-tv-z]{16}$/.exec(id);
  if (!match?.[1]) return null;
  return new Date([...match[1]].reduce((time, character) => time * 32 + ALPHABET.indexOf(character), 0));
}

function encodeTime(time: number): string {
  return encode(time, TIME_LENGTH);
}

function encode(number: number, length: number): string {
  let rest = number;
  let text = "";
  for (let index = 0; index < length; index++) {
    text = ALPHABET[rest % 32] + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

function toText(digits: readonly number[]): string {
  return digits.map((digit) => ALPHABET[digit]).join("");
}

/** Counts up in place. */
function increment(digits: number[]): void {
  for (let index = digits.length - 1; index >= 0; index--) {
    const digit = (digits[index] ?? 0) + 1;
    digits[index] = digit % 32;
    if (digit < 32) break;
  }
}
