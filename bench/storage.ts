import { cpSync } from "node:fs";
import { join } from "node:path";
import type { Household } from "./household.js";

/** Kinds of store that a bench can be run on. */
export const storageNames = ["sqlite", "postgres"] as const;
export type StorageName = (typeof storageNames)[number];

/** Where Patchbay keeps everything in a run of the bench. */
export interface Storage {
  readonly name: StorageName;
  /** Whether several processes can share it. */
  readonly shared: boolean;
  /** The database that is prepared once. */
  readonly preparedUrl: string;
  /** Gives a copy of the prepared database, which nobody may be using. */
  copy(): Promise<StorageCopy>;
  /** Processor time that processes of its own have used, in milliseconds; 0 when it has none. */
  cpuMs(): number;
}

/** A database of one round. */
export interface StorageCopy {
  readonly url: string;
  remove(): Promise<void>;
}

const FILE = "patchbay.db";

/** A file, kept by Patchbay itself. */
export function sqliteStorage(household: Household): Storage {
  const prepared = household.makeFolder();
  const urlIn = (folder: string): string => `sqlite:${join(folder, FILE)}`;
  return {
    name: "sqlite",
    shared: false,
    preparedUrl: urlIn(prepared),
    copy: async () => {
      const folder = household.makeFolder();
      cpSync(prepared, folder, { recursive: true });
      return { url: urlIn(folder), remove: async () => household.removeFolder(folder) };
    },
    cpuMs: () => 0,
  };
}
