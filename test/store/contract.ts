import type { Store } from "../../src/core/store.js";
import { accessContract } from "./contract-access.js";
import { attachmentContract } from "./contract-attachments.js";
import { auditContract } from "./contract-audit.js";
import { broadcastContract } from "./contract-broadcasts.js";
import { claimContract } from "./contract-claims.js";
import { commitContract } from "./contract-commits.js";
import { connectionsContract } from "./contract-connections.js";
import { consentContract } from "./contract-consent.js";
import { conversationContract } from "./contract-conversations.js";
import { crewContract } from "./contract-crew.js";
import { findingContract } from "./contract-finding.js";
import { guardContract } from "./contract-guards.js";
import { hoursContract } from "./contract-hours.js";
import { issueContract } from "./contract-issues.js";
import { keepingContract } from "./contract-keeping.js";
import { listContract } from "./contract-lists.js";
import { mergeContract } from "./contract-merges.js";
import { messageCheckContract } from "./contract-message-checks.js";
import { recordContract } from "./contract-records.js";
import { restartContract } from "./contract-restarts.js";
import { retentionContract } from "./contract-retention.js";
import { roundTripContract } from "./contract-round-trips.js";
import { templateContract } from "./contract-templates.js";
import { wakingContract } from "./contract-waking.js";
import type { Opened } from "./opened.js";

/** One part of the contract. */
export type ContractPart = (opened: Opened) => void;

const allParts: readonly ContractPart[] = [
  accessContract,
  commitContract,
  guardContract,
  mergeContract,
  recordContract,
  restartContract,
  claimContract,
  wakingContract,
  issueContract,
  keepingContract,
  crewContract,
  connectionsContract,
  findingContract,
  conversationContract,
  consentContract,
  broadcastContract,
  attachmentContract,
  messageCheckContract,
  listContract,
  roundTripContract,
  retentionContract,
  templateContract,
  auditContract,
  hoursContract,
];

/** The promises of the store port, all of them if not told otherwise; each test gets an empty store from `open`, which is closed after it. */
export function storeContract(name: string, open: () => Promise<Store>, parts = allParts): void {
  describe(`${name} keeps the contract of stores`, () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());
    for (const part of parts) part(() => store);
  });
}
