import type { Catalog } from "../core/catalog.js";
import type { Connector } from "../core/connector.js";
import type { NewId } from "../core/id.js";
import type { Store } from "../core/store.js";
import type { Engine } from "../engine/engine.js";
import type { EngineParts } from "../engine/engine-parts.js";
import type { Log } from "../log/log.js";
import type { SimulatorOptions } from "../simulator/simulator-options.js";
import type { Simulator } from "../simulator/start-simulator.js";
import type { Translation } from "../translation/translation.js";

/** What golden tests run on: the parts of a Patchbay, as the composition root makes them. */
export interface GoldenParts {
  readonly translation: Translation;
  readonly log: Log;
  readonly whereabouts: NonNullable<EngineParts["whereabouts"]>;
  /** Opens an empty store in memory. */
  openStore(): Promise<Store>;
  /** Every connector there is. They reach this address, without a slash at the end, and nothing else. */
  openConnectors(reachable: string): { readonly connectors: readonly Connector[]; close(): Promise<void> };
  startSimulator(options: SimulatorOptions): Promise<Simulator>;
  /** Listens on this machine for what vendors call. */
  openDoor(): Promise<Door>;
}

/** Where vendors call in. */
export interface Door {
  /** Without a slash at the end. */
  readonly url: string;
  /** How many calls have come. */
  readonly calls: number;
  /** Says who takes the calls; those that come before are refused. */
  lead(to: {
    readonly engine: Pick<Engine, "report" | "receive" | "deliver" | "connections">;
    readonly catalog: () => Catalog;
    readonly newId: NewId;
  }): void;
  stop(): Promise<void>;
}
