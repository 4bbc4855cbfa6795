import { collection, installation } from "./collection.js";
import {
  dataType,
  flow,
  flowSwitch,
  switchedFlow,
  translator,
  translatorResult,
  translatorTrial,
} from "./definitions.js";
import { decision, event } from "./event.js";
import { message } from "./message.js";
import { notification } from "./notification.js";
import { flowlinkAnswer, flowlinkRequest, health } from "./operation.js";
import { problem } from "./problem.js";
import { accepted, batch, batchItem, record } from "./record.js";
import { effect, run, runDetail, runParts } from "./run.js";
import type { NamedSchema } from "./schema.js";

const all: readonly NamedSchema<unknown>[] = [
  ...[problem, accepted, batch, batchItem, record, decision, event],
  ...[run, runDetail, effect, ...runParts, message, notification],
  ...[flow, switchedFlow, flowSwitch, translator, translatorTrial, translatorResult, dataType],
  ...[collection, installation, health, flowlinkAnswer, flowlinkRequest],
];

/** Every named schema of the contract, by name: what references point into. */
export const components = Object.freeze(Object.fromEntries(all.map(({ name, definition }) => [name, definition])));
