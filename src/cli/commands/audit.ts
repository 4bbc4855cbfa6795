import { type Command, InvalidArgumentError } from "commander";
import type { OpenContext } from "../context.js";
import { limitOption } from "../list-options.js";

/** `audit list|export|verify|trim`: who did what. */
export function registerAudit(program: Command, open: OpenContext): void {
  const audit = program.command("audit").description("who did what to which thing, from where, when");
  audit
    .command("list")
    .description("list what was done, newest first")
    .addOption(limitOption())
    .option("--actor <id>", "of this user or key only (usr_…, key_…, machine)")
    .option("--action <action>", "only these acts, such as retry-run or sign-in")
    .action(async (filter: { limit: number; actor?: string; action?: string }) => {
      const context = await open();
      const { listAudit } = await import("../audit/audit.js");
      await listAudit(filter, context);
    });
  audit
    .command("export")
    .description("print every entry as one JSON line, newest first, with its hashes")
    .action(async () => {
      const context = await open();
      const { exportAudit } = await import("../audit/audit.js");
      await exportAudit(context);
    });
  audit
    .command("verify")
    .description("walk over the chain of hashes, and name the first entry that is not as it was written")
    .option("--head <id:hash>", "what an earlier verify has printed; shows whether the end of the chain was cut off")
    .action(async ({ head }: { head?: string }) => {
      const context = await open();
      const { verifyAudit } = await import("../audit/audit.js");
      await verifyAudit(head, context);
    });
  audit
    .command("trim")
    .description("take entries away that are older; the rest can be verified all the same")
    .requiredOption("--before <instant>", "such as 2026-01-01T00:00:00Z", readInstant)
    .action(async ({ before }: { before: string }) => {
      const context = await open();
      const { trimAudit } = await import("../audit/audit.js");
      await trimAudit(before, context);
    });
}

function readInstant(written: string): string {
  const at = new Date(written);
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  throw new InvalidArgumentError("It is no instant: write 2026-01-01T00:00:00Z.");
}
