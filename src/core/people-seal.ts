import type { SealedBy } from "./sealed-by.js";

/**
 * How a database keeps what says who somebody is: in the clear; sealed; or on its way from one to the other, which only
 * `patchbay people seal` and `unseal` take to its end.
 */
export type PeopleState = "clear" | "sealing" | "sealed" | "unsealing";

/** Seals the data key of a database under PATCHBAY_SECRET. */
export interface KeySealer {
  seal(text: string): string;
  /** @throws SECRET_UNREADABLE when no secret that is known here has sealed it */
  open(sealed: string): string;
  sealedBy(sealed: string): SealedBy;
}

/** What an installation wants of its database. */
export interface PeopleSetting {
  /** Whether people are to be sealed in it (ENCRYPT_PEOPLE). */
  readonly sealed: boolean;
  /** Asked only for a database that is sealed, or is to be. */
  readonly sealer: () => Promise<KeySealer>;
}

/** The data key that people are sealed under. */
export interface PeopleSeal {
  /** With which PATCHBAY_SECRET the data key is sealed; null when nobody is sealed in this database. */
  sealedBy(): Promise<SealedBy | null>;
  /**
   * Seals the data key anew when the previous secret has sealed it; what is sealed under it stays as it is.
   * @returns Whether it did.
   */
  reseal(): Promise<boolean>;
}

/** Is told how many rows of a table were gone through. */
export type SealProgress = (table: string, rows: number) => void;

/** What sealing or unsealing a whole database came to. */
export interface SealedRows {
  /** Rows that were written anew. */
  readonly changed: number;
  /** Size of the database before and after, in bytes. */
  readonly before: number;
  readonly after: number;
}
