/** A collection in which everything goes wrong that can, with secrets in its parameters and people's data on its ways. */
export function leakyCollection(apiUrl: string): Record<string, string> {
  return {
    "collection.yaml": `
name: leaky
version: 1.0.0
title: Leaky
summary: Fails in every way.
requires: { ecommerce: ^1.0.0 }
parameters:
  type: object
  required: [token, secret]
  properties:
    token: { title: Token, type: string, writeOnly: true }
    secret: { title: Signing secret, type: string, minLength: 8, writeOnly: true }
connections:
  - { name: api, connector: http, settings: { baseUrl: "${apiUrl}", auth: bearer, token: =$params.token } }
  - { name: shop, connector: webhook, settings: { verification: hmac, header: X-Signature, secret: =$params.secret, topicPath: /event } }
`,
    "schemas/person.schema.yaml": `
$id: leaky/Person
type: object
x-key: [id]
x-index: [email]
x-quarantine: true
required: [id, email, age]
properties:
  id: { type: string }
  email: { type: string, x-pii: true }
  age: { type: integer }
  kind: { enum: [customer] }
`,
    "translators/throws.jsonata": `
/* title: Throws
   from: ecommerce/Order */
$error("cannot text " & shipping_address.firstname & " " & shipping_address.lastname & ", " & shipping_address.phone & ", " & email)
`,
    "translators/loops.jsonata": `
/* title: Loops
   from: ecommerce/Order */
($f := function($n) { $f($n) }; $f(shipping_address.phone & email))
`,
    "translators/mistakes.jsonata": `
/* title: Mistakes
   from: ecommerce/Order */
$number(shipping_address.lastname) + $toMillis(email)
`,
    "flows/throws.flow.yaml": flow("throws", "translate: throws"),
    "flows/loops.flow.yaml": flow("loops", "translate: loops"),
    "flows/mistakes.flow.yaml": flow("mistakes", "translate: mistakes"),
    "flows/misfit.flow.yaml": flow("misfit", "save: leaky/Person\n    with: { id: x, email: =email, age: =email }"),
    "flows/echo.flow.yaml": flow(
      "echo",
      'call: http/request\n    connection: api\n    with: { method: POST, path: "/echo", json: { of: =email, name: =shipping_address.lastname, phone: =shipping_address.phone } }',
    ),
    "flows/hooked.flow.yaml": `
name: hooked
title: Hooked
on: { webhook: shop }
steps:
  - { id: save, save: leaky/Person, with: { id: =email, email: =email, age: =email } }
`,
  };
}

function flow(name: string, step: string): string {
  return `
name: ${name}
title: ${name}
on: { record: ecommerce/Order, events: [created] }
steps:
  - id: step
    ${step}
`;
}

export const leakyFlows = ["throws", "loops", "mistakes", "misfit", "echo", "hooked"].map((name) => `leaky/${name}`);
