import type { Command } from "commander";
import { PatchbayError } from "../../core/errors.js";
import type { OpenContext } from "../context.js";

/** What every command that installs something may be told. */
interface InstallFlags {
  readonly set: readonly string[];
  readonly env: readonly string[];
  readonly values?: string;
  readonly secretStdin: readonly string[];
  readonly activate: readonly string[];
  readonly acceptUnsigned: boolean;
  readonly force: boolean;
  readonly ours: readonly string[];
  readonly theirs: readonly string[];
  readonly yes?: boolean;
}

type SettlementFlags = Pick<InstallFlags, "ours" | "theirs">;

const sources = "shop, shop@^1.0.0, ./folder, shop.tgz, https://…/shop.tgz or git+https://…#v1.0.0:folder";

/** `collection plan|install|upgrade|rollback|uninstall`: what is installed changes only by a plan that somebody has seen. */
export function registerChanges(collection: Command, open: OpenContext): void {
  registerInstall(collection, open);
  registerUpgrade(collection, open);
  registerLock(collection, open);
  withSettlements(collection.command("rollback"))
    .description("go back to a version that was installed before; records, runs and messages stay")
    .argument("<name>", "an installed collection")
    .option(
      "--to <version>",
      "a version that `collection versions` lists, or its integrity; the one before when not given",
    )
    .option("--yes", "go ahead without asking", false)
    .action(async (name: string, flags: SettlementFlags & { readonly to?: string; readonly yes: boolean }) => {
      const context = await open();
      const { rollBackCollection } = await import("../collection/change-collection.js");
      const { to, yes } = flags;
      await rollBackCollection({ name, to, yes, settlements: toSettlements(flags) }, context);
    });
  collection
    .command("uninstall")
    .description("take a collection away; its records, runs and messages stay")
    .argument("<name>", "an installed collection that no other requires")
    .option("--yes", "go ahead without asking", false)
    .action(async (name: string, { yes }: { readonly yes: boolean }) => {
      const context = await open();
      const { uninstallCollection } = await import("../collection/change-collection.js");
      await uninstallCollection({ name, yes }, context);
    });
}

function registerLock(collection: Command, open: OpenContext): void {
  collection
    .command("lock")
    .description("write down exactly what is installed, for `collection install --lock`")
    .option("--out <file>", "where to write it, such as patchbay.lock.json; standard output when not given")
    .action(async ({ out }: { readonly out?: string }) => {
      const context = await open();
      const { lockCollections } = await import("../collection/install-locked.js");
      await lockCollections(out, context);
    });
}

function registerInstall(collection: Command, open: OpenContext): void {
  withInstallFlags(collection.command("plan"))
    .description("show what installing a collection and what it requires would do; changes nothing")
    .argument("<source>", sources)
    .action(async (name: string, flags: InstallFlags) => {
      const context = await open();
      const { planCollection } = await import("../collection/install-collection.js");
      await planCollection(toOptions(name, flags), context);
    });
  withInstallFlags(collection.command("install"))
    .description("install a collection and what it requires, or update it; shows the plan and asks first")
    .argument("[source]", sources)
    .option("--lock <file>", "install exactly what this lock file says; parameters are given by collection then")
    .option("--yes", "go ahead without asking", false)
    .action(async (name: string | undefined, { lock, ...flags }: InstallFlags & { readonly lock?: string }) => {
      const context = await open();
      if (lock !== undefined && name === undefined) {
        const { installLocked } = await import("../collection/install-locked.js");
        await installLocked(lock, toOptions("", flags), context);
        return;
      }
      if (name === undefined || lock !== undefined) throw sourceOrLock();
      const { installCollection } = await import("../collection/install-collection.js");
      await installCollection(toOptions(name, flags), context);
    });
}

function sourceOrLock(): PatchbayError {
  return new PatchbayError("COMMAND_INVALID", "Say what to install: a source, or --lock and a lock file");
}

function registerUpgrade(collection: Command, open: OpenContext): void {
  withInstallFlags(collection.command("upgrade"))
    .description("upgrade an installed collection to what its source has now; shows the plan and asks first")
    .argument("<name>", "an installed collection")
    .option("--to <version>", "another version, a range of versions, or another source")
    .option("--yes", "go ahead without asking", false)
    .action(async (name: string, { to, ...flags }: InstallFlags & { readonly to?: string }) => {
      const context = await open();
      const { upgradeCollection } = await import("../collection/change-collection.js");
      await upgradeCollection({ ...toOptions(name, flags), to }, context);
    });
}

const gather = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

function withSettlements(command: Command): Command {
  return command
    .option(
      "--ours <file>",
      "what was changed here counts where the new version contradicts it; may be repeated",
      gather,
      [],
    )
    .option("--theirs <file>", "give up what was changed here of a file; may be repeated", gather, []);
}

/** @throws COMMAND_INVALID when both are said of one file */
function toSettlements({ ours, theirs }: SettlementFlags): Readonly<Record<string, "mine" | "theirs">> {
  const both = ours.find((file) => theirs.includes(file));
  if (both !== undefined) throw new PatchbayError("COMMAND_INVALID", `Say --ours or --theirs for ${both}, not both`);
  const said = (files: readonly string[], whose: "mine" | "theirs") => files.map((file) => [file, whose] as const);
  return Object.fromEntries([...said(ours, "mine"), ...said(theirs, "theirs")]);
}

function withInstallFlags(command: Command): Command {
  return withSettlements(command)
    .option(
      "--set <key=value>",
      "set a parameter; other/key=value is one of what it requires; may be repeated",
      gather,
      [],
    )
    .option(
      "--env <key=VARIABLE>",
      "read a parameter from an environment variable; other/key=VARIABLE likewise; may be repeated",
      gather,
      [],
    )
    .option("--values <file>", "read parameters from a YAML or JSON file")
    .option(
      "--secret-stdin <key>",
      "read a secret parameter from standard input; repeated, standard input has a line key=value for each",
      gather,
      [],
    )
    .option("--activate <flow>", "switch a flow on with it; may be repeated", gather, [])
    .option("--accept-unsigned", "install it although nobody trusted has signed it", false)
    .option("--force", "install it although this version was installed with other content", false);
}

function toOptions(name: string, { set, env, values, secretStdin, ...flags }: InstallFlags) {
  const { activate, acceptUnsigned, force, yes = false } = flags;
  const settlements = toSettlements(flags);
  return { name, set, env, values, secretStdin, activate, acceptUnsigned, force, yes, settlements };
}
