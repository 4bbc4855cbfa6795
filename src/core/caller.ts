/**
 * What somebody may do, from most to least: `owner` everything, also people and keys; `integrator` what flows are made of;
 * `operator` what goes through them; `agent` conversations with customers; `push` records in; `read` looks at what an operator
 * sees and changes nothing.
 */
export const roles = ["owner", "integrator", "operator", "agent", "push", "read"] as const;

export type Role = (typeof roles)[number];

/** Who makes a request. */
export interface Caller {
  /** `machine`: a program or page of the server's own machine, where nobody has to sign in. */
  readonly kind: "user" | "key" | "machine" | "nobody";
  /** Of the user or the key, `usr_…` or `key_…`; a fixed word for the others. */
  readonly id: string;
  /** As people are told who it was: a user's name, a key's name. Never anything secret. */
  readonly name: string;
  /** Null for nobody. */
  readonly role: Role | null;
  /** Of a key that is for some data types only: their names. */
  readonly dataTypes?: readonly string[];
}

/** Somebody who has not said who it is. */
export const nobody: Caller = Object.freeze({ kind: "nobody", id: "nobody", name: "nobody", role: null });

/** Whoever calls from the server's own machine, while nobody has to sign in. */
export const thisMachine: Caller = Object.freeze({
  ...{ kind: "machine", id: "machine", name: "this machine", role: "owner" },
} as const);

/** Holders of the key that the environment of the server names. */
export const environmentKey: Caller = Object.freeze({
  ...{ kind: "key", id: "key_environment", name: "PATCHBAY_API_KEY", role: "owner" },
} as const);
