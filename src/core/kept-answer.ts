import type { JsonObject } from "./json.js";

/** The answer to a request with an `Idempotency-Key`. */
export interface KeptAnswer {
  readonly key: string;
  /** SHA-256 of method, path and body, hex. */
  readonly requestHash: string;
  readonly status: number;
  readonly body: JsonObject;
  readonly createdAt: Date;
}
