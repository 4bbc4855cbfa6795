import type { Connection, Connector, EndpointDescription } from "./connector.js";
import type { DataType } from "./data-type.js";
import type { EventKind } from "./event.js";
import type { FlowVersion, TranslatorDefinition } from "./flow.js";
import type { ConnectionSwitch } from "./inspection.js";
import type { JsonObject } from "./json.js";
import type { QuietHours } from "./sending.js";

/** A connection as the catalog holds it. */
export interface OpenConnection {
  /** `namespace/name`. */
  readonly name: string;
  readonly connector: Connector;
  readonly connection: Connection;
  /** Part of the webhook URL, unguessable. */
  readonly hookSecret: string;
  /** Calls a second at most; null for no limit. */
  readonly maxPerSecond: number | null;
  /** Where the flow and the step say none; absent for none. */
  readonly quietHours?: QuietHours;
  /** Endpoints that it has besides its connector's, as its collection declares them; absent for none. */
  readonly ownEndpoints?: readonly EndpointDescription[];
  /** Given when it is switched off: nothing is sent by it, and what comes in is taken all the same. */
  readonly off?: ConnectionSwitch;
}

/** A flow as it stands now. */
export interface InstalledFlow {
  readonly version: FlowVersion;
  readonly active: boolean;
}

/**
 * Everything installed, compiled and in memory: what the engine works with. Replaced as a whole when a collection
 * is installed, so one event always sees one consistent set.
 */
export interface Catalog {
  dataType(name: string): DataType | null;
  translator(name: string): TranslatorDefinition | null;
  flow(name: string): InstalledFlow | null;
  /** Flows whose trigger could match, active or not, ordered by name. */
  flowsFor(kind: EventKind, dataType: string | null): readonly InstalledFlow[];
  connection(name: string): OpenConnection | null;
  /** What `$params` is for a collection's expressions: its parameters without the secret ones. */
  parameters(collection: string | null): JsonObject;
  dataTypes(): readonly DataType[];
  translators(): readonly TranslatorDefinition[];
  flows(): readonly InstalledFlow[];
  connections(): readonly OpenConnection[];
}
