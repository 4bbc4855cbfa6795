import { accessParts } from "./access.js";
import { attachment } from "./attachment.js";
import { auditEntry, auditVerdict } from "./audit.js";
import { broadcastParts } from "./broadcast.js";
import { collection, collectionDetails, installation, installedNow, keptVersion } from "./collection.js";
import { available, content, examined, origin, trust, trustedPublisher } from "./collection-source.js";
import { connectionParts } from "./connection.js";
import {
  consentEntry,
  consentImport,
  consentRow,
  consentStatement,
  contactConsent,
  currentConsent,
  recordedConsent,
} from "./consent.js";
import { erasure, erasureRequest } from "./contact.js";
import { conversation, conversationMessage, receivedMessage } from "./conversation.js";
import {
  dataType,
  documentCheck,
  flow,
  flowSwitch,
  flowVersion,
  switchedFlow,
  translator,
  translatorResult,
  translatorTrial,
} from "./definitions.js";
import { draftParts } from "./draft.js";
import { decision, event } from "./event.js";
import { flowlinkAnswer, flowlinkRequest } from "./flowlink.js";
import { health } from "./health.js";
import { issue } from "./issue.js";
import { estimateRequest, message, messageEstimate } from "./message.js";
import { notification } from "./notification.js";
import { operation, operationPreview, operationRequest } from "./operation.js";
import { collectionDiff, collectionFile, fileText } from "./overlay.js";
import { overview, overviewParts } from "./overview.js";
import {
  applied,
  edit,
  editPlanning,
  plan,
  rollback,
  rollbackPlanning,
  uninstallation,
  upgrade,
  upgradePlanning,
} from "./plan.js";
import { problem } from "./problem.js";
import { seenProcess } from "./process.js";
import { quarantinedRecord, releaseRequest } from "./quarantine.js";
import { accepted, batch, batchItem, record } from "./record.js";
import { flowStart, replayed, replayParts, replayPreview, replayRequest, startedFlow } from "./replay.js";
import { cancelRequest, effect, retryRequest, run, runDetail, runParts, settlementRequest } from "./run.js";
import type { NamedSchema } from "./schema.js";
import { rotation, secretList } from "./secret.js";
import { simulatedPhone, simulatorView } from "./simulator.js";
import { template, templateList, templatesOf } from "./template.js";
import { testTextParts } from "./test-text.js";
import { timeline, timelineEntry } from "./timeline.js";
import { workshopParts } from "./workshop.js";

const all: readonly NamedSchema<unknown>[] = [
  ...[problem, accepted, batch, batchItem, record, decision, event],
  ...[run, runDetail, effect, ...runParts, message, estimateRequest, messageEstimate, notification],
  ...[receivedMessage, conversation, conversationMessage, attachment],
  ...[consentEntry, currentConsent, contactConsent, consentStatement, recordedConsent, consentRow, consentImport],
  ...[erasureRequest, erasure],
  ...[template, templateList, templatesOf, simulatedPhone, simulatorView],
  ...[secretList, rotation],
  ...[
    flow,
    flowVersion,
    switchedFlow,
    flowSwitch,
    translator,
    translatorTrial,
    translatorResult,
    dataType,
    documentCheck,
  ],
  ...[
    collectionDetails,
    keptVersion,
    collectionDiff,
    collectionFile,
    fileText,
    edit,
    editPlanning,
    plan,
    applied,
    upgradePlanning,
    upgrade,
    rollbackPlanning,
    rollback,
    uninstallation,
  ],
  ...[installedNow, origin, content, examined, available, trust, trustedPublisher],
  ...workshopParts,
  ...[auditEntry, auditVerdict],
  ...connectionParts,
  ...testTextParts,
  ...draftParts,
  ...broadcastParts,
  ...accessParts,
  ...[secretList, rotation],
  ...[collection, installation, health, flowlinkAnswer, flowlinkRequest],
  ...[retryRequest, cancelRequest, settlementRequest, replayRequest, replayPreview, ...replayParts, replayed],
  ...[flowStart, startedFlow, operationRequest, operationPreview, operation, seenProcess],
  ...[overview, ...overviewParts],
  ...[issue, quarantinedRecord, releaseRequest, timeline, timelineEntry],
];

/** Every named schema of the contract, by name: what references point into. */
export const components = Object.freeze(Object.fromEntries(all.map(({ name, definition }) => [name, definition])));
