import { accessErrors } from "./access-errors.js";
import { broadcastErrors } from "./broadcast-errors.js";
import { callErrors } from "./call-errors.js";
import { connectionErrors } from "./connection-errors.js";
import { type ErrorEntry, passing, permanent } from "./error-entry.js";
import { installationErrors } from "./installation-errors.js";
import { sourceErrors } from "./source-errors.js";

/** Every error Patchbay can report. `docs/errors.md` lists exactly these; a test proves it. */
export const errorCatalogue = {
  // What callers send
  BODY_EMPTY: permanent(400, "The body is empty", "Send a JSON object, a JSON array or NDJSON."),
  BODY_NOT_JSON: permanent(400, "The body is not JSON", "Correct the JSON at the position named in the message."),
  BODY_TOO_LARGE: permanent(
    413,
    "The body is too large",
    "Send fewer records in one request, or raise BODY_LIMIT_BYTES.",
  ),
  BODY_TOO_DEEP: permanent(400, "The body is nested too deeply", "Flatten the document: 64 levels are allowed."),
  BODY_UNSAFE: permanent(
    400,
    "The body has a forbidden member name",
    "Rename members called __proto__, constructor or prototype.",
  ),
  BODY_TOO_SLOW: passing(
    408,
    "The body took too long to arrive",
    "Send the request again over a better connection, or in smaller parts.",
  ),
  CONTENT_TYPE_UNSUPPORTED: permanent(
    415,
    "The content type is not supported",
    "Send Content-Type: application/json (or application/x-ndjson).",
  ),
  REQUEST_INVALID: permanent(
    400,
    "The request is not valid",
    "Correct the part named in the message; /docs describes every request.",
  ),
  ROUTE_UNKNOWN: permanent(404, "There is no such address", "See /docs for every address this server answers."),
  METHOD_NOT_ALLOWED: permanent(
    405,
    "This address does not answer that method",
    "Use one of the methods in the Allow header.",
  ),
  API_KEY_INVALID: permanent(
    401,
    "The API key is missing or wrong",
    "Sign in, or send Authorization: Bearer <key>; an owner makes keys: patchbay key create.",
  ),
  ...accessErrors,
  HOST_NOT_ALLOWED: permanent(
    403,
    "The Host header is not this server's",
    "Use the address in PUBLIC_URL, or 127.0.0.1.",
  ),
  ORIGIN_NOT_ALLOWED: permanent(
    403,
    "Another site's page may not call this server",
    "Call it from its own address, or send an API key.",
  ),
  IDEMPOTENCY_KEY_REUSED: permanent(
    422,
    "The Idempotency-Key was used for another body",
    "Send a new key for a new request.",
  ),
  RATE_LIMITED: passing(
    429,
    "Too many requests",
    "Send the request again after the seconds in Retry-After; records that come in great numbers go faster as NDJSON, in one request.",
  ),
  SERVER_OVERLOADED: passing(
    503,
    "The server has too much to do",
    "Send the request again after the seconds in Retry-After.",
  ),
  SERVER_STOPPING: passing(
    503,
    "The server is stopping",
    "Send the request again when the server is back; runs under way continue by themselves.",
  ),
  INTERNAL_ERROR: permanent(
    500,
    "Something went wrong inside Patchbay",
    "Look for the request id in the log and report it.",
  ),

  // Records
  DATA_TYPE_UNKNOWN: permanent(
    404,
    "There is no such data type",
    "Install the collection that defines it, or correct the name: it is namespace/Type.",
  ),
  RECORD_UNKNOWN: permanent(404, "There is no such record", "Check the key; it is the value of the data type's x-key."),
  RECORD_INVALID: permanent(
    422,
    "The record does not fit its data type",
    "Correct the paths named in the message and send the record again.",
  ),
  RECORD_CONFLICT: passing(409, "The record was changed by somebody else meanwhile", "Send the request again."),
  EVENT_UNKNOWN: permanent(404, "There is no such event", "Check the id; events are listed at /api/v1/events."),
  EVENT_DUPLICATED: permanent(409, "This event was recorded before", "Nothing: it is kept once."),
  EFFECT_KNOWN: permanent(
    409,
    "This effect is in the ledger already",
    "Nothing: the same effect is never performed twice.",
  ),
  EVENT_NOT_KEPT: permanent(
    410,
    "What this would need is no longer kept",
    "For an order that is to be handled again, start the flow by hand with its record: patchbay flow run <flow> --record <Type>/<key>.",
  ),
  ERASURE_WAITS: passing(
    409,
    "The contact cannot be erased entirely yet",
    "Settle the call that is named (patchbay effects settle <id> --sent or --not-sent) or wait for its end, then erase the contact again: it goes on where it was.",
  ),
  RUN_UNKNOWN: permanent(404, "There is no such run", "Check the id; runs are listed at /api/v1/runs."),
  RUN_LEASE_LOST: permanent(409, "Another worker has taken over this run", "Nothing: the other worker finishes it."),
  RUN_NOT_FINISHED: permanent(
    409,
    "This run is not one that can be taken up again",
    "Only failed and cancelled runs can; wait for the run's end, or cancel it first.",
  ),
  RUN_SUCCEEDED: permanent(
    409,
    "This run has succeeded",
    "Nothing: what it was to do is done. To do it once more, start the flow by hand (`patchbay flow run`).",
  ),
  RUN_FINISHED: permanent(409, "This run has ended already", "Nothing: a run that has ended cannot be cancelled."),
  EFFECT_UNKNOWN: permanent(404, "There is no such effect", "Check the id; a run's effects are shown with the run."),
  EFFECT_SETTLED: permanent(
    409,
    "It is known by now what became of this effect",
    "Look at the run again: nothing is left to decide.",
  ),
  ISSUE_UNKNOWN: permanent(
    404,
    "There is no such issue",
    "Check the fingerprint; issues are listed at /api/v1/issues.",
  ),
  OPERATION_UNKNOWN: permanent(
    404,
    "There is no such operation",
    "Check the id; operations are listed at /api/v1/operations.",
  ),
  OPERATION_MOVED: permanent(
    409,
    "The operation has moved on",
    "Look at it again: it was stopped, or another process has carried it on.",
  ),
  ...broadcastErrors,
  TURN_TAKEN: permanent(409, "Another call has the recipient's turn", "Nothing: it is tried again behind that call."),
  QUARANTINE_UNKNOWN: permanent(
    404,
    "There is no such record in quarantine",
    "Check the id; held records are listed at /api/v1/quarantine.",
  ),
  QUARANTINE_LEFT: permanent(
    409,
    "The record has left the quarantine",
    "Nothing: it was released or discarded already.",
  ),
  QUARANTINE_CHANGED: passing(
    409,
    "The quarantined record was pushed again at this moment",
    "Look at it again, then send the request again.",
  ),
  QUARANTINE_SUPERSEDED: permanent(
    409,
    "A newer version of the record has arrived meanwhile",
    "Compare the two. Discard the quarantined one; or release it with --force (`force: true`), which replaces the newer version.",
  ),
  NOTIFICATION_UNKNOWN: permanent(
    404,
    "There is no such notification",
    "Check the id; notifications are listed at /api/v1/notifications.",
  ),
  ATTACHMENT_UNKNOWN: permanent(
    404,
    "There is no such attachment",
    "Check the id; conversations show the attachments of each message.",
  ),
  ATTACHMENT_NOT_KEPT: permanent(
    409,
    "The attachment is not here",
    "The message says why: wait until it was fetched, have it fetched again, or it is no longer kept.",
  ),
  MESSAGE_UNKNOWN: permanent(404, "There is no such message", "Check the id; messages are listed at /api/v1/messages."),

  CONVERSATION_UNKNOWN: permanent(
    404,
    "There is no such conversation",
    "Check the id; conversations are listed at /api/v1/conversations.",
  ),
  CONVERSATION_CONFLICT: passing(
    409,
    "The conversation was opened or closed by somebody else meanwhile",
    "Look at the contact's conversations again.",
  ),

  // Definitions
  COLLECTION_INVALID: permanent(
    422,
    "The collection has problems",
    "Correct every file and path listed, then try again.",
  ),
  COLLECTION_UNKNOWN: permanent(
    404,
    "There is no such collection",
    "Name a shipped collection, or the path of a folder with a collection.yaml.",
  ),
  COLLECTION_REQUIREMENT_MISSING: permanent(
    422,
    "The collection needs another collection",
    "Install the collections named in the message first.",
  ),
  COLLECTION_UNRESOLVED: permanent(
    422,
    "The collections do not go together",
    "Choose versions that suit each other: patchbay collection search shows them, and upgrade or roll back what stands in the way.",
  ),
  COLLECTION_IN_USE: permanent(
    409,
    "The collection is in use",
    "Do first what the message says: uninstall what requires it, and let its runs end or cancel them.",
  ),
  COLLECTION_VERSION_UNKNOWN: permanent(
    404,
    "This version was never installed here",
    "Choose one that patchbay collection versions lists.",
  ),
  VERSION_INSTALLED: permanent(
    409,
    "This version was installed with other content",
    "Give the collection a new version, or insist on it: --force, `force: true`.",
  ),
  PLAN_CHANGED: permanent(
    409,
    "What would happen has changed since it was planned",
    "Look at the plan as it is now, and apply that one.",
  ),
  COLLECTION_FILE_UNKNOWN: permanent(
    404,
    "The collection has no such file",
    "Check the path: it is as in the collection's folder, such as flows/greet.flow.yaml.",
  ),
  OVERLAY_CONFLICT: permanent(
    409,
    "Local changes contradict the new version",
    "Say for each file of the message whose change counts: --ours <file> or --theirs <file>, `settlements`.",
  ),
  OVERLAY_FORBIDDEN: permanent(
    422,
    "This cannot be changed here",
    "Change what the message allows; what is all your own is a local flow, or a collection of your own.",
  ),
  PARAMETERS_INVALID: permanent(
    422,
    "The collection's parameters are not complete or not correct",
    "Set the parameters named in the message, and leave out what is none; `patchbay collection show` lists what a collection has.",
  ),
  FLOW_UNKNOWN: permanent(404, "There is no such flow", "Check the name; flows are listed at /api/v1/flows."),
  FLOW_CYCLE: permanent(
    422,
    "Flows start each other in a circle",
    "Give one of the flows a condition, or save with emitEvents: false.",
  ),
  FLOW_BRANCH_MISSING: permanent(
    422,
    "No branch of the flow fits",
    "Add a branch for this case, or an `else`; an empty one says that nothing is to be done.",
  ),
  FLOW_ITEMS_INVALID: permanent(
    422,
    "There is no list to go through",
    "The `each` expression must give a list of at most 10,000 items; write [] around what may be a single value.",
  ),
  FLOW_ITEMS_FAILED: permanent(
    422,
    "Some items failed",
    "Look at the runs of the failed items and retry them; or set onError: continue.",
  ),
  FLOW_WAIT_INVALID: permanent(
    422,
    "The flow cannot wait for this",
    "Correct the step's `wait`: an instant is ISO-8601, a message is one that an earlier step sent.",
  ),
  TRANSLATOR_UNKNOWN: permanent(404, "There is no such translator", "Check the name; it is namespace/name."),
  CONNECTION_UNKNOWN: permanent(404, "There is no such connection", "Install the collection that defines it."),
  ...connectionErrors,
  CONNECTOR_UNKNOWN: permanent(422, "There is no such connector", "Use one of the connectors that this version ships."),
  ENDPOINT_UNKNOWN: permanent(
    422,
    "The connector has no such endpoint",
    "Use one of the endpoints named in the message.",
  ),

  // Translation
  TRANSLATOR_INVALID: permanent(
    422,
    "The expression cannot be compiled",
    "Correct the JSONata at the position named in the message.",
  ),
  TRANSLATOR_FAILED: permanent(
    422,
    "The expression failed",
    "Try the translator on this record and correct the expression or the record.",
  ),
  TRANSLATOR_REFUSED: permanent(
    422,
    "The translator refused the record",
    "The translator called $fail: correct the record as its message says.",
  ),
  TRANSLATOR_TIMED_OUT: permanent(
    422,
    "The expression took too long",
    "Simplify the expression: endless recursion and very large ranges are stopped.",
  ),
  TRANSLATOR_OUT_OF_MEMORY: permanent(
    422,
    "The expression used too much memory",
    "Simplify the expression: it built too large a value.",
  ),
  TRANSLATOR_OUTPUT_TOO_LARGE: permanent(
    422,
    "The expression's result is too large",
    "Return less: one megabyte of JSON is allowed.",
  ),
  TRANSLATOR_OUTPUT_MISSING: permanent(
    422,
    "The expression returned nothing",
    "Return a value; a path that does not exist returns nothing in JSONata.",
  ),
  TRANSLATOR_OUTPUT_INVALID: permanent(
    422,
    "The translator's result does not fit its data type",
    "Correct the translator, or the record when a field it reads is missing.",
  ),

  ...callErrors,

  // Webhooks
  WEBHOOK_UNKNOWN: permanent(404, "There is no such webhook", "Copy the webhook URL from the connection again."),
  SIGNATURE_INVALID: permanent(
    403,
    "The request is not signed by the vendor",
    "Check the secret or auth token of the connection, and that PUBLIC_URL is exactly what the vendor calls.",
  ),

  WEBHOOK_IGNORED: permanent(
    404,
    "What a webhook brings leads to nothing",
    "Switch on a flow that takes it, then replay its events; or end the subscription at the sender.",
  ),
  WEBHOOK_UNREADABLE: permanent(
    400,
    "What a webhook brought cannot be read",
    "Look at the event's text, correct it at the sender, and have it sent again.",
  ),
  WEBHOOK_MISSED: permanent(
    502,
    "The vendor could not deliver to a webhook",
    "Check that the address in the message reaches this server; what fell back to the other address was kept.",
  ),

  ...sourceErrors,

  ...installationErrors,
} as const satisfies Record<string, ErrorEntry>;

/** A code of the catalogue: stable, `NOUN_PROBLEM`. */
export type ErrorCode = keyof typeof errorCatalogue;
