import type { Change } from "../../core/store.js";
import { answerWrite, collectionWrite, flowActivation, flowVersionWrite } from "./definitions.js";
import type { Dialect } from "./dialect.js";
import { effectCreation, effectMove, effectRestart } from "./effects.js";
import { eventWrite } from "./events.js";
import { issueMove, notificationMoves, notificationRaising, runResolution } from "./issues.js";
import { messageRestart, messageWrite } from "./messages.js";
import { operationWrite } from "./operations.js";
import { quarantineCreation, quarantineMove } from "./quarantine.js";
import { recordWrites } from "./records.js";
import { runAdvance, runCreation, runReopening } from "./runs.js";
import { scheduleAdvance } from "./schedules.js";
import type { Write } from "./statement.js";
import { runListening, runsWaking } from "./topics.js";

/** Gives a change as the database sees it. */
export function toWrites(change: Change, dialect: Dialect): Write | readonly Write[] {
  switch (change.kind) {
    case "record-written":
      return recordWrites(change);
    case "event-recorded":
      return eventWrite(change.event);
    case "run-created":
      return runCreation(change.run);
    case "run-advanced":
      return runAdvance(change.run);
    case "run-reopened":
      return runReopening(change.run);
    case "run-listens":
      return runListening(change);
    case "runs-woken":
      return runsWaking(change, dialect);
    case "effect-intended":
      return effectCreation(change.effect);
    case "effect-moved":
      return effectMove(change.effect);
    case "effect-restarted":
      return effectRestart(change);
    case "message-recorded":
      return messageWrite(change.message);
    case "message-restarted":
      return messageRestart(change.message);
    case "notification-raised":
      return notificationRaising(change.notification);
    case "notification-moved":
      return notificationMoves(change);
    case "notifications-resolved":
      return runResolution(change);
    case "issue-moved":
      return issueMove(change);
    case "schedule-advanced":
      return scheduleAdvance(change);
    case "record-quarantined":
      return quarantineCreation(change.record);
    case "quarantine-moved":
      return quarantineMove(change.record);
    case "operation-saved":
      return operationWrite(change.operation);
    case "flow-version-kept":
      return flowVersionWrite(change.version);
    case "collection-installed":
      return collectionWrite(change.installed);
    case "flow-activated":
      return flowActivation(change);
    case "answer-kept":
      return answerWrite(change.answer);
  }
}
