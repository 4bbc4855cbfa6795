import { request } from "undici";
import type { PageView } from "../src/api/contract/paging.js";

/** The flow whose messages are counted. */
export const flowName = "twilio/send-sms-for-new-order";

/** Installs the collections and switches the flow on, as a user would. */
export async function setUpPatchbay(url: string, { apiUrl }: { apiUrl: string }): Promise<void> {
  const parameters = {
    accountSid: "AC0123456789abcdef0123456789abcdef",
    authToken: "fedcba9876543210fedcba9876543210",
    from: "+15005550006",
    defaultCountry: "US",
    apiUrl,
  };
  for (const name of ["ecommerce", "communication"]) await send("POST", `${url}/api/v1/collections/install`, { name });
  await send("POST", `${url}/api/v1/collections/install`, { name: "twilio", parameters });
  await send("PATCH", `${url}/api/v1/flows/${flowName}`, { active: true });
}

/** Reads one document. @throws Error when the answer is not 200 */
export async function getOne<T>(url: string): Promise<T> {
  const { statusCode, body } = await request(url);
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`GET ${url} answered ${statusCode}: ${text.slice(0, 1_000)}`);
  return JSON.parse(text) as T; // as the contract says
}

/** Reads a whole list, page by page. */
export async function listAll<T>(url: string): Promise<readonly T[]> {
  const items: T[] = [];
  for (let next: string | null = ""; next !== null; ) {
    const cursor: string = next === "" ? "" : `&cursor=${encodeURIComponent(next)}`;
    const page: PageView<T> = await getOne(`${url}?limit=200${cursor}`);
    items.push(...page.items);
    next = page.next;
  }
  return items;
}

async function send(method: "POST" | "PATCH", url: string, body: object): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const answer = await request(url, { method, headers, body: JSON.stringify(body) });
  const text = await answer.body.text();
  if (answer.statusCode >= 300) throw new Error(`${method} ${url} answered ${answer.statusCode}: ${text}`);
}
