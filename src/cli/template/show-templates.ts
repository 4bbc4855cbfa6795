import type { TemplateListView, TemplatesView } from "../../api/contract/template.js";
import type { CommandContext } from "../context.js";
import { localInstants, localTime } from "../local-time.js";
import { type Cell, table } from "../table.js";

const headings = ["TEMPLATE", "LANGUAGE", "WHATSAPP", "PLACEHOLDERS", "TEXT"];
const shortText = 60;

/** Shows the templates of one connection, or of all that have some; `sync` fetches them from the vendor first. */
export async function showTemplates(
  { connection, sync }: { connection: string | null; sync: boolean },
  { client, terminal }: CommandContext,
): Promise<void> {
  const names = connection === null ? await connectionsWithTemplates(client) : [connection];
  const shown: TemplatesView[] = [];
  for (const name of names) {
    const path = `/api/v1/connections/${name.split("/").map(encodeURIComponent).join("/")}/templates`;
    shown.push(sync ? await client.post<TemplatesView>(`${path}/sync`, {}) : await client.get<TemplatesView>(path));
  }
  terminal.printJson({ items: shown });
  if (shown.length === 0) terminal.print("No connection has templates.");
  for (const [index, view] of shown.entries()) terminal.print(...(index === 0 ? [] : [""]), ...linesOf(view, terminal));
}

async function connectionsWithTemplates(client: CommandContext["client"]): Promise<readonly string[]> {
  const { items } = await client.get<{ items: readonly TemplateListView[] }>("/api/v1/templates");
  return items.map(({ connection }) => connection);
}

function linesOf(
  { connection, fetchedAt, failure, items }: TemplatesView,
  { paint }: Pick<CommandContext["terminal"], "paint">,
): readonly string[] {
  const failed =
    failure === null ? [] : [`They could not be fetched: ${localInstants(failure.message)} ${failure.remedy}`];
  if (fetchedAt === null) {
    return [`The templates of ${connection} are not known yet: patchbay twilio templates --sync`, ...failed];
  }
  const heading = `${connection}, as of ${localTime(fetchedAt)}`;
  if (items.length === 0) return [heading, "The account has no templates.", ...failed];
  return [heading, "", ...table(paint, headings, items.map(toRow)), ...failed];
}

function toRow({
  name,
  language,
  approval,
  variables,
  body,
  opensConversations,
}: TemplatesView["items"][number]): Cell[] {
  const names = Object.keys(variables).join(", ");
  return [name, language, approvalCell(approval, opensConversations), names, shorten(body ?? "")];
}

function approvalCell({ state, rejectionReason }: TemplatesView["items"][number]["approval"], opens: boolean): Cell {
  const text = rejectionReason === null ? state : `${state}: ${shorten(rejectionReason)}`;
  if (state === "approved") return opens ? ["good", text] : ["careful", `${text}, for replies only`];
  return state === "rejected" || state === "disabled" ? ["bad", text] : ["careful", text];
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, " ");
  return line.length > shortText ? `${line.slice(0, shortText - 1)}…` : line;
}
