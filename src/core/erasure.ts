/** What erasing goes through, in this order: first what happened and all that it started, then what else names the contact. */
export const erasureStages = [
  "events",
  "runs",
  "run_items",
  "effects",
  "messages",
  "received",
  "conversations",
  "notifications",
  "issues",
  "quarantined_records",
  "operations",
  "broadcasts",
  "broadcast_recipients",
  "answers",
  "consent_entries",
] as const;

export type ErasureStage = (typeof erasureStages)[number];

/** Tables of which something is erased. */
export const erasedTables = [...erasureStages, "records", "record_index", "attachments"] as const;
export type ErasedTable = (typeof erasedTables)[number];

/** Rows by what names them. */
export type ErasedRows = Readonly<Partial<Record<ErasedTable, readonly string[]>>>;

/** One piece of erasing. */
export interface ErasureStep {
  readonly stage: ErasureStage;
  readonly contact: Spellings;
  /** Stands where the contact stood. */
  readonly pseudonym: string;
  readonly now: Date;
  /** Where the piece before ended; null at the beginning of a stage. */
  readonly after: string | null;
  /** Whether nothing is changed. */
  readonly dryRun: boolean;
}

/** What one piece of erasing came to. */
export interface ErasureStepped {
  /** Where the next piece begins; null when the stage is through. */
  readonly next: string | null;
  readonly rows: ErasedRows;
  /** What has to end first; while there is any, nothing of this piece is changed. */
  readonly waits: ErasureWaits;
  /** Entries of consent that stay, because the opt-out holds. */
  readonly kept: number;
}

/** Ids of unfinished runs, of calls whose outcome is open, and of messages that the vendor keeps for later. */
export interface ErasureWaits {
  readonly runs: readonly string[];
  readonly calls: readonly string[];
  readonly scheduled: readonly string[];
}

export const nothingWaits: ErasureWaits = Object.freeze({ runs: [], calls: [], scheduled: [] });

/** How a contact is found, however it was written. */
export interface Spellings {
  /** As messages name it: in E.164, or an e-mail address in lower case. */
  readonly value: string;
  /** Of a phone number what is dialled within its country; null of an e-mail address. */
  readonly national: string | null;
  readonly pattern: RegExp;
}

/** What people put between the parts of a number. */
const between = "[\\s().\\-/\\u00a0]{0,3}";
/** A number this short is found with its country code only: as a part of another one it would be met everywhere. */
const MIN_NATIONAL = 7;

/**
 * Finds a phone number in E.164, with its national digits: with or without country code, with whatever stands between them, but not
 * as part of a longer number.
 */
export function spellingsOfNumber(value: string, national: string): Spellings {
  const code = value.slice(1, value.length - national.length);
  const digits = [...national].join(between);
  const prefix = `(?:\\+|00|%2B)?\\(?${[...code].join(between)}${between}(?:\\(?0\\)?)?${between}`;
  const own = national.length < MIN_NATIONAL ? prefix : `(?:${prefix}|\\(?0?${between})`;
  return {
    value,
    national,
    pattern: new RegExp(`(?<!\\d)(?<!\\+\\d{1,3}[\\s().-]{0,2})${own}${digits}(?!\\d)`, "giu"),
  };
}

/** Finds an e-mail address, whatever the case, also as it stands in addresses of the web. */
export function spellingsOfAddress(value: string): Spellings {
  const forms = [value, encodeURIComponent(value)].map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}._+-])(?:${forms.join("|")})(?!\\.?[\\p{L}\\p{N}-])`, "giu");
  return { value, national: null, pattern };
}

/** Whether a text names the contact. */
export function names({ pattern }: Spellings, text: string): boolean {
  return text.search(pattern) !== -1;
}
