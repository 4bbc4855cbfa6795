import type { CollectionFiles } from "../../src/collections/installer.js";

/** A collection of one flow, small enough to see through. */
export const clinic: CollectionFiles = {
  "collection.yaml": `name: clinic
version: 1.0.0
title: Clinic
summary: For a test.
parameters:
  type: object
  required: [sid, token, sender]
  properties:
    sid: { type: string, pattern: ^AC }
    token: { type: string, writeOnly: true }
    sender: { type: string }
connections:
  - name: account
    connector: twilio
    settings: { accountSid: =$params.sid, authToken: =$params.token, from: =$params.sender }
`,
  "schemas/visit.schema.yaml": `$id: clinic/Visit
title: Visit
type: object
x-key: [id]
required: [id, at]
properties:
  id: { type: string }
  at: { type: string, format: date-time }
  patient:
    type: object
    properties:
      name: { type: string }
      phone: { type: string }
`,
  "samples/visits.json": JSON.stringify({
    dataType: "Visit",
    documents: [{ id: "V1", at: "2026-01-07T10:00:00Z", patient: { name: "Ann", phone: "+12135550142" } }],
  }),
  "translators/visit-to-text.jsonata": `/* title: Visit to text */
{ "to": patient.phone, "body": "Dear " & patient.name & ", see you soon." }
`,
  "flows/remind.flow.yaml": `name: remind
title: Remind
on: { record: Visit, events: [created] }
steps:
  - { id: text, translate: visit-to-text }
  - { id: send, call: twilio/send-message, connection: account, with: { to: =$steps.text.to, body: =$steps.text.body } }
`,
};
