/** What a process does: `api` takes requests, `worker` carries runs on, `all` does both. */
export const processRoles = ["all", "api", "worker"] as const;

export type ProcessRole = (typeof processRoles)[number];

/** A Patchbay process, as it last said that it is there. */
export interface SeenProcess {
  /** Host, process number and something that no other process has: the name in its leases. */
  readonly name: string;
  readonly role: ProcessRole;
  readonly version: string;
  readonly startedAt: Date;
  readonly seenAt: Date;
}

/** Tells which processes are there: those that have said so lately. */
export function isThere({ seenAt }: SeenProcess, now: number): boolean {
  return now - seenAt.getTime() < 30_000;
}

/** A connection whose vendor does not answer: no process calls it until somebody has tried again. */
export interface SharedBreaker {
  readonly connection: string;
  readonly since: Date;
  /** When it is tried next. */
  readonly until: Date;
  readonly reason: string;
}

/** A call that has its recipient's turn. */
export interface SharedTurn {
  /** Connection and recipient. */
  readonly place: string;
  readonly effectId: string;
  readonly runId: string;
  /** Which attempt at the call has it: what an earlier one leaves late is not the turn of this one. */
  readonly attempt: number;
  /** When others need not wait for it any more: its process must have died. */
  readonly until: Date;
}
