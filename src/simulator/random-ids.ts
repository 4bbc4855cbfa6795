/** Makes the ids of one simulator out of random bytes. */
export interface RandomIds {
  /** 32 hexadecimal digits: a SID without its prefix. */
  newHex(): string;
  /** The same digits in the form of a UUID. */
  newUuid(): string;
}

const BYTES = 16;

/** @param random Gives that many random bytes. */
export function createRandomIds(random: (size: number) => Uint8Array): RandomIds {
  const newHex = (): string => Buffer.from(random(BYTES)).toString("hex");
  return {
    newHex,
    newUuid: () => newHex().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5"),
  };
}
