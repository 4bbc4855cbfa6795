import { accountOperations } from "./account/account-operations.js";
import { senderOperations } from "./account/sender-operations.js";
import { serviceOperations } from "./account/service-operations.js";
import { contentOperations } from "./content-operations.js";
import { mediaOperations } from "./media-operations.js";
import { messageOperations } from "./message-operations.js";
import type { Operation } from "./operation.js";

/**
 * Everything that the simulator offers of Twilio's API. What is not in it is not answered; what is in it must be in the facts of
 * Twilio's description that the tests hold it against.
 */
export const operations: readonly Operation[] = [
  ...messageOperations,
  ...mediaOperations,
  ...accountOperations,
  ...serviceOperations,
  ...senderOperations,
  ...contentOperations,
];

/** An operation that is asked for, with what stands in its path. */
export interface Place {
  readonly operation: Operation;
  readonly ids: Readonly<Record<string, string>>;
}

const patterns = operations.map((operation) => ({ operation, pattern: toPattern(operation.path) }));

/** Gives the operations of a path, one for each method that it knows. */
export function operationsAt(path: string): readonly Place[] {
  return patterns.flatMap(({ operation, pattern }) => {
    const match = pattern.exec(path);
    return match === null ? [] : [{ operation, ids: { ...match.groups } }];
  });
}

function toPattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/\./g, "\\.").replace(/\{(\w+)\}/g, "(?<$1>[^/.]+)")}$`);
}
