import { randomBytes } from "node:crypto";
import { PatchbayError } from "../../../core/errors.js";
import type { KeySealer, PeopleSeal, PeopleSetting, PeopleState } from "../../../core/people-seal.js";
import { columns } from "../columns.js";
import type { Ask } from "../reads.js";
import type { Row, Statement } from "../statement.js";
import { type Cipher, createCipher } from "./cipher.js";
import { createPeopleCodec, type PeopleCodec } from "./codec.js";
import { peopleColumns } from "./columns.js";

/** How a database keeps people, and its data key, sealed. */
export interface Standing {
  readonly state: PeopleState;
  readonly dataKey: string | null;
}

const KEY_BYTES = 32;
const ROW = "people";

export const standingStatement: Statement = {
  sql: "SELECT state, data_key FROM people_seals WHERE name = ?",
  values: [ROW],
};

export function toStanding(row: Row): Standing {
  const { word, textOrNull } = columns(row);
  return { state: word<PeopleState>("state"), dataKey: textOrNull("data_key") };
}

/** Writes down how a database keeps people, unless somebody has done so before. */
function firstStanding({ state, dataKey }: Standing, now: number): Statement {
  return {
    sql: "INSERT INTO people_seals (name, state, data_key, changed_at) VALUES (?, ?, ?, ?) ON CONFLICT (name) DO NOTHING",
    values: [ROW, state, dataKey, now],
  };
}

/** Moves a database on, as long as it stands as it was seen. */
export function standingMove(from: Standing, to: Standing, now: number): Statement {
  return {
    sql: `UPDATE people_seals SET state = ?, data_key = ?, changed_at = ?
      WHERE name = ? AND state = ? AND COALESCE(data_key, '') = ?`,
    values: [to.state, to.dataKey, now, ROW, from.state, from.dataKey ?? ""],
  };
}

/** Finds a row of any table that is about people. */
export const peopleThere: readonly Statement[] = Object.keys(peopleColumns).map((table) => ({
  sql: `SELECT 1 AS one FROM ${table} LIMIT 1`,
  values: [],
}));

/** Makes a data key, sealed. */
export function newDataKey(sealer: KeySealer): string {
  return sealer.seal(randomBytes(KEY_BYTES).toString("base64url"));
}

/** @throws SECRET_UNREADABLE with what is lost with the secret */
export function cipherOf(dataKey: string, sealer: KeySealer): Cipher {
  try {
    return createCipher(Buffer.from(sealer.open(dataKey), "base64url"), randomBytes);
  } catch (cause) {
    const message =
      "The data key of this database, under which people are sealed, does not open with this PATCHBAY_SECRET";
    throw new PatchbayError("SECRET_UNREADABLE", message, {
      cause,
      remedy: "Set the PATCHBAY_SECRET it was last started with, or both: the old one as PATCHBAY_SECRET_PREVIOUS.",
    });
  }
}

/** What a store works with. */
export interface OpenedPeople {
  /** Null where people are kept in the clear: then nothing stands between the store and its database. */
  readonly codec: PeopleCodec | null;
  readonly seal: PeopleSeal;
}

/** What a database is asked and told while it is opened. */
export interface Opening {
  readonly ask: Ask;
  readonly write: (statement: Statement) => Promise<unknown>;
  readonly now: () => number;
}

/** Without a setting nobody is sealed, and a database in which they are is refused. */
const inTheClear: PeopleSetting = {
  sealed: false,
  sealer: () => Promise.reject(new Error("nothing is sealed without a setting")),
};

/**
 * Finds out how a database keeps people, writes it down at its first opening, and opens what seals them. An empty database
 * is as the setting says; one with something in it, of before there was the setting, is in the clear.
 *
 * @throws ENCRYPTION_DIFFERS, SECRET_UNREADABLE
 */
export async function openPeople(setting: PeopleSetting = inTheClear, opening: Opening): Promise<OpenedPeople> {
  const standing = (await read(opening.ask)) ?? (await begin(setting, opening));
  requireAgreement(standing, setting);
  if (standing.dataKey === null)
    return { codec: null, seal: { sealedBy: async () => null, reseal: async () => false } };
  const sealer = await setting.sealer();
  const codec = createPeopleCodec(cipherOf(standing.dataKey, sealer));
  return { codec, seal: sealOf(sealer, opening) };
}

/**
 * Opens what seals people in a database as it is, whatever the setting says; null where they are in the clear.
 *
 * @throws SECRET_UNREADABLE
 */
export async function codecOf({ sealer }: PeopleSetting = inTheClear, ask: Ask): Promise<PeopleCodec | null> {
  const standing = await read(ask);
  if (standing === null || standing.dataKey === null) return null;
  return createPeopleCodec(cipherOf(standing.dataKey, await sealer()));
}

/** Asks a database in which people are sealed. */
export function askingSealed(codec: PeopleCodec | null, ask: Ask): Ask {
  return codec === null ? ask : async (statement) => codec.rows(await ask(codec.statement(statement)));
}

async function read(ask: Ask): Promise<Standing | null> {
  const [row] = await ask(standingStatement);
  return row === undefined ? null : toStanding(row);
}

/** Of two processes that begin at the same time one is first, and the other goes by what that wrote. */
async function begin(setting: PeopleSetting, { ask, write, now }: Opening): Promise<Standing> {
  const sealed = setting.sealed && !(await holdsPeople(ask));
  const first: Standing = sealed
    ? { state: "sealed", dataKey: newDataKey(await setting.sealer()) }
    : { state: "clear", dataKey: null };
  await write(firstStanding(first, now()));
  return (await read(ask)) ?? first;
}

async function holdsPeople(ask: Ask): Promise<boolean> {
  for (const statement of peopleThere) if ((await ask(statement)).length > 0) return true;
  return false;
}

/** @throws ENCRYPTION_DIFFERS */
function requireAgreement({ state }: Standing, { sealed }: PeopleSetting): void {
  if (state === (sealed ? "sealed" : "clear")) return;
  throw new PatchbayError("ENCRYPTION_DIFFERS", ...disagreement(state));
}

function disagreement(state: PeopleState): [message: string, options: { remedy: string }] {
  switch (state) {
    case "clear":
      return [
        "ENCRYPT_PEOPLE is yes, and this database keeps people in the clear",
        { remedy: "Seal what is in it: patchbay people seal. Or start with ENCRYPT_PEOPLE=no." },
      ];
    case "sealed":
      return [
        "People are sealed in this database, and ENCRYPT_PEOPLE is not yes",
        { remedy: "Start with ENCRYPT_PEOPLE=yes. Or open what is sealed in it for good: patchbay people unseal." },
      ];
    case "sealing":
      return [
        "Sealing this database was begun and not finished: a part of it is in the clear still",
        { remedy: "Finish it: patchbay people seal. Or go back: patchbay people unseal." },
      ];
    case "unsealing":
      return [
        "Unsealing this database was begun and not finished: a part of it is sealed still",
        { remedy: "Finish it: patchbay people unseal. Or go back: patchbay people seal." },
      ];
  }
}

function sealOf(sealer: KeySealer, { ask, write, now }: Opening): PeopleSeal {
  return {
    sealedBy: async () => {
      const standing = await read(ask);
      return standing?.dataKey == null ? null : sealer.sealedBy(standing.dataKey);
    },
    reseal: async () => {
      const standing = await read(ask);
      if (standing?.dataKey == null || sealer.sealedBy(standing.dataKey) !== "previous") return false;
      const dataKey = sealer.seal(sealer.open(standing.dataKey));
      await write(standingMove(standing, { ...standing, dataKey }, now()));
      return true;
    },
  };
}
