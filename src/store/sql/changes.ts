import type { Change } from "../../core/store.js";
import { answerWrite, collectionWrite, flowActivation, flowVersionWrite } from "./definitions.js";
import { effectCreation, effectMove } from "./effects.js";
import { eventWrite } from "./events.js";
import { messageWrite } from "./messages.js";
import { notificationCreation, notificationMove } from "./notifications.js";
import { recordWrite } from "./records.js";
import { runAdvance, runCreation } from "./runs.js";
import type { Write } from "./statement.js";

/** Gives a change as the database sees it. */
export function toWrite(change: Change): Write {
  switch (change.kind) {
    case "record-written":
      return recordWrite(change);
    case "event-recorded":
      return eventWrite(change.event);
    case "run-created":
      return runCreation(change.run);
    case "run-advanced":
      return runAdvance(change.run);
    case "effect-intended":
      return effectCreation(change.effect);
    case "effect-moved":
      return effectMove(change.effect);
    case "message-recorded":
      return messageWrite(change.message);
    case "notification-raised":
      return notificationCreation(change.notification);
    case "notification-moved":
      return notificationMove(change);
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
