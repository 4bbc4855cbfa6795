import type { Access } from "../access/open-access.js";
import type { Trail } from "../audit/trail.js";
import type { Installer } from "../collections/installer.js";
import type { Workshop } from "../collections/workshop.js";
import type { ProcessRole } from "../core/crew.js";
import type { NewId } from "../core/id.js";
import type { PhoneDesk } from "../core/phone-desk.js";
import type { Store } from "../core/store.js";
import type { Engine } from "../engine/engine.js";
import type { Log } from "../log/log.js";
import type { CallerLimits } from "./caller-limits.js";
import type { ClientAddress } from "./client-address.js";
import type { LoopDelay } from "./loop-delay.js";
import type { CommitWatch } from "./watch-commits.js";

/** What the API works with. */
export interface ApiDeps {
  readonly engine: Engine;
  readonly store: Store;
  readonly installer: Installer;
  /** Where collections are tested and made. */
  readonly workshop: Workshop;
  readonly log: Log;
  readonly version: string;
  /** What vendors call this server by, without a slash at the end; null when only this machine can. */
  readonly publicUrl: string | null;
  readonly access: Access;
  /** Largest request body; for NDJSON the largest line. */
  readonly bodyLimitBytes: number;
  /** Absent where callers may do as much as they like. */
  readonly limits?: CallerLimits | undefined;
  readonly newId: NewId;
  /** Reads a phone number that has its country code. @throws PHONE_INVALID for one that cannot be */
  readonly readNumber: (written: string) => string;
  /** Gives what of a number in E.164 is dialled within its country. */
  readonly nationalOf: (number: string) => string;
  readonly commits: CommitWatch;
  /** Writes down who does what. */
  readonly trail: Trail;
  /** Gives the address that a request comes from, also through proxies that are trusted. */
  readonly addressOf: ClientAddress;
  /** Gives a keyed hash of what could name a person. */
  readonly pseudonym: (text: string) => string;
  /** Where the built console lies. */
  readonly consoleFolder: string;
  /** Where the grammar of collections' files lies (`schemas/`). */
  readonly schemasFolder: string;
  /** Of a simulated vendor; absent on a server that really sends. */
  readonly phones?: PhoneDesk | undefined;
  /** How late this process is. */
  readonly loopDelay: Pick<LoopDelay, "counts">;
  /** A worker answers only whether it is alive and ready, and with its figures. */
  readonly role: ProcessRole;
}
