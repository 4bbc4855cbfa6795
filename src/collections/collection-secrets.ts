import type { SealedBy } from "../core/sealed-by.js";

/** The secrets of one collection: never what they are. */
export interface SealedSecrets {
  readonly collection: string;
  /** Names of the parameters that are secrets. */
  readonly parameters: readonly string[];
  /** Null when none is set. */
  readonly sealedBy: SealedBy | null;
}

/** What is done with collections' secrets. */
export interface InstallerSecrets {
  secrets(): Promise<readonly SealedSecrets[]>;
  /**
   * Sets one secret parameter; everything else stays as it is, the version too.
   * @param value Null forgets it.
   * @throws COLLECTION_UNKNOWN, PARAMETERS_INVALID, COLLECTION_VERSION_UNKNOWN when its files are not kept
   */
  setSecret(collection: string, parameter: string, value: string | null): Promise<void>;
  /**
   * Seals anew what the previous secret has sealed, in one commit for each collection, while everything goes on.
   * @returns The collections whose secrets were sealed anew, and those that no known secret opens.
   */
  reseal(): Promise<{ readonly resealed: readonly string[]; readonly unreadable: readonly string[] }>;
}
