/** What a new flow begins with. */
export const templates = {
  text: (name: string) => `name: ${name}
title: Text a customer about a new order
on:
  record: ecommerce/Order
  events: [created]
steps:
  - id: noPhone
    when: $not($exists($record.shipping_address.phone))
    stop: ="Order " & $record.id & " has no phone number, so no text was sent"
    level: info
  - id: send
    call: twilio/send-message
    connection: twilio/twilio
    with:
      to: =$phone($record.shipping_address.phone, "US")
      body: ="Thank you for order " & $record.id & "!"
`,
  tell: (name: string) => `name: ${name}
title: Tell the operator about an order
on:
  record: ecommerce/Order
  events: [created, updated]
  when: totals.order >= 500
steps:
  - id: tell
    notify: ="Order " & $record.id & " is worth " & $string($record.totals.order)
    level: notice
`,
  schedule: (name: string) => `name: ${name}
title: Remind the operator every working day
on:
  schedule: 0 9 * * mon-fri
  timeZone: UTC
steps:
  - id: tell
    notify: Look at the orders of yesterday
    level: info
`,
  hand: (name: string) => `name: ${name}
title: Started by hand or by another flow
on:
  manual: true
steps:
  - id: tell
    notify: ="Started with " & $string($record)
    level: info
`,
} as const;

export type TemplateName = keyof typeof templates;

export const templateNames = Object.keys(templates) as readonly TemplateName[];

/** Gives the text that a new flow begins with. */
export function templateOf(wish: string | undefined, name: string): string {
  const chosen = templateNames.find((one) => one === wish) ?? "hand";
  return templates[chosen](name);
}
