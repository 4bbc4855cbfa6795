import { type Command, InvalidArgumentError } from "commander";
import type { PublishFlags } from "../collection/publish-collection.js";
import type { OpenContext } from "../context.js";
import { registerChanges } from "./collection-changes.js";
import { registerOverlays } from "./collection-overlays.js";

interface NewFlags {
  readonly from?: readonly string[];
  readonly type?: string;
  readonly to: string;
}

interface TestFlags {
  readonly only?: string;
  readonly junit?: string;
  readonly fuzz: boolean;
  readonly runs: number;
  readonly seed: number;
}

const MOST = 100_000;

function parseWhole(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= MOST) return number;
  throw new InvalidArgumentError(`It must be a whole number from 0 to ${MOST}.`);
}

/** `collection …`: bundles of data types, translators, connections and flows; where they come from and who vouches for them. */
export function registerCollection(program: Command, open: OpenContext): void {
  const collection = program.command("collection").description("install, check, share and find collections");
  registerChanges(collection, open);
  registerOverlays(collection, open);
  registerSharing(collection, open);
  registerKeys(collection, open);
  collection
    .command("list")
    .description("list the collections that are installed or ready to install")
    .action(async () => {
      const context = await open();
      const { listCollections } = await import("../collection/list-collections.js");
      await listCollections(context);
    });
  collection
    .command("show")
    .description("show a collection: what it has, where it came from, and its parameters")
    .argument("<name>", "a collection that is installed or ships with Patchbay")
    .action(async (name: string) => {
      const context = await open();
      const { showCollection } = await import("../collection/show-collection.js");
      await showCollection(name, context);
    });
  collection
    .command("versions")
    .description("list the versions of a collection that were installed here, for rollback")
    .argument("<name>", "a collection")
    .action(async (name: string) => {
      const context = await open();
      const { listVersions } = await import("../collection/show-collection.js");
      await listVersions(name, context);
    });
  collection
    .command("check")
    .description("check the files of a collection; needs no server")
    .argument("<folder>", "folder with a collection.yaml")
    .action(async (folder: string) => {
      const context = await open();
      const { checkCollection } = await import("../collection/check-collection.js");
      await checkCollection(folder, context);
    });
  collection
    .command("schemas")
    .description(
      "bring the schemas that editors use up to date in a folder, and point its files at them; needs no server",
    )
    .argument("<folder>", "folder with a collection.yaml")
    .action(async (folder: string) => {
      const context = await open();
      const { bringSchemas } = await import("../collection/bring-schemas.js");
      await bringSchemas(folder, context);
    });
  registerNew(collection, open);
  registerTest(collection, open);
  registerFromOpenApi(collection, open);
  registerFromCenit(collection, open);
}

function registerFromCenit(collection: Command, open: OpenContext): void {
  collection
    .command("from-cenit")
    .description("make a collection of a Cenit collection, a folder or one exported JSON; needs no server")
    .argument("<source>", "a folder with connections/, flows/, libraries/ …, or a JSON file")
    .argument("<folder>", "where to write it: a folder that is empty or not there")
    .option("--name <name>", "name of the collection; made from its own when not given")
    .action(async (source: string, folder: string, flags: { name?: string }) => {
      const context = await open();
      const { collectionFromCenit } = await import("../collection/from-cenit.js");
      await collectionFromCenit({ source, folder, ...flags }, context);
    });
}

function registerFromOpenApi(collection: Command, open: OpenContext): void {
  const gather = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];
  collection
    .command("from-openapi")
    .description("make a collection of an OpenAPI 3 document, with an endpoint for each operation; needs no server")
    .argument("<document>", "a YAML or JSON file, or https://…")
    .argument("<folder>", "where to write it: a folder that is empty or not there")
    .option("--name <name>", "name of the collection; made from the document's title when not given")
    .option("--only <operation>", "an operation id, 'GET /path', a tag, or '/path/*'; may be repeated", gather, [])
    .option("--auth <scheme>", "the security scheme to use; the API's first when not given")
    .action(
      async (document: string, folder: string, flags: { name?: string; only: readonly string[]; auth?: string }) => {
        const context = await open();
        const { collectionFromOpenApi } = await import("../collection/from-openapi.js");
        await collectionFromOpenApi({ document, folder, ...flags }, context);
      },
    );
}

function registerNew(collection: Command, open: OpenContext): void {
  collection
    .command("new")
    .description(
      "make a folder with a collection: data type, translator, flow and a test, from samples; needs no server",
    )
    .argument("<folder>", "an empty folder, or one that is made; the collection is called as it is")
    .option("--from <file...>", "JSON or NDJSON with records; an order when not given")
    .option("--type <name>", "what the data type is called; as the first file when not given")
    .option("--to <type>", "data type that the records become", "communication/Sms")
    .action(async (folder: string, { from = [], type, to }: NewFlags) => {
      const context = await open();
      const { startCollection } = await import("../collection/start-collection.js");
      await startCollection({ folder, from, type, to }, context);
    });
  collection
    .command("suggest")
    .description("suggest a translator between two data types by the names of their fields; needs no server")
    .argument("<from>", "data type, such as ecommerce/Order")
    .argument("<to>", "data type, such as communication/Sms")
    .option("--folder <folder>", "folder with a collection.yaml, for data types that do not ship")
    .action(async (from: string, to: string, { folder }: { readonly folder?: string }) => {
      const context = await open();
      const { suggestTranslator } = await import("../collection/suggest-translator.js");
      await suggestTranslator({ from, to, folder }, context);
    });
}

function registerTest(collection: Command, open: OpenContext): void {
  collection
    .command("test")
    .description("run the golden tests of a collection on simulated vendors, in memory; needs no server")
    .argument("[folder]", "folder with a collection.yaml; the current one when not given", ".")
    .option("--only <text>", "only tests with this in their name or title")
    .option("--junit <file>", "also write the results as JUnit XML")
    .option("--fuzz", "also push records of all shapes at each flow that starts on records", false)
    .option("--runs <number>", "with --fuzz: random records for each flow", parseWhole, 50)
    .option("--seed <number>", "with --fuzz: the same seed makes the same records", parseWhole, 1)
    .action(async (folder: string, { only, junit, fuzz, runs, seed }: TestFlags) => {
      const context = await open();
      const { testCollection } = await import("../collection/test-collection.js");
      await testCollection({ folder, only, junit, fuzz: fuzz ? { runs, seed } : null }, context);
    });
}

function registerSharing(collection: Command, open: OpenContext): void {
  collection
    .command("search")
    .description("list the collections that can be installed by name, from the server's indexes and the shipped ones")
    .argument("[words...]", "words that all occur in it")
    .action(async (words: readonly string[]) => {
      const context = await open();
      const { searchCollections } = await import("../collection/search-collections.js");
      await searchCollections(words, context);
    });
  collection
    .command("pull")
    .description("write a collection into a folder; needs no server")
    .argument("<source>", "where it is; a name is looked up in COLLECTION_INDEXES and among the shipped ones")
    .option("--to <folder>", "an empty folder, or one that is made; the collection's name when not given")
    .action(async (source: string, { to }: { readonly to?: string }) => {
      const context = await open();
      const { pullCollection } = await import("../collection/pull-collection.js");
      await pullCollection({ source, to }, context);
    });
  collection
    .command("pack")
    .description("pack a folder into one file to share; refuses what check refuses, and secrets; needs no server")
    .argument("<folder>", "folder with a collection.yaml")
    .option(
      "--installed",
      "pack what runs of an installed collection, with what was changed here; needs a server",
      false,
    )
    .option("--out <file>", "a .tgz or .json file; <name>-<version>.tgz when not given")
    .action(async (subject: string, { installed, out }: { readonly installed: boolean; readonly out?: string }) => {
      const context = await open();
      const { packCollection } = await import("../collection/pack-collection.js");
      await packCollection({ subject, installed, out }, context);
    });
  registerPublish(collection, open);
}

function registerPublish(collection: Command, open: OpenContext): void {
  collection
    .command("publish")
    .description(
      "check, test and pack a folder, sign it when there is a key, and add it to an index in a folder; needs no server",
    )
    .argument("<folder>", "folder with a collection.yaml")
    .requiredOption("--index <folder>", "folder of the index; index.json is made when it is not there")
    .option("--category <words>", "what people look for; as before when not given")
    .option("--publisher <name>", "who publishes it; as before when not given")
    .option("--despite-tests", "publish it although golden tests fail", false)
    .action(async (folder: string, flags: Omit<PublishFlags, "folder">) => {
      const context = await open();
      const { publishCollection } = await import("../collection/publish-collection.js");
      await publishCollection({ folder, ...flags }, context);
    });
  collection
    .command("sign")
    .description("sign a folder or a bundle with the key in PUBLISHER_KEY; needs no server")
    .argument("<path>", "folder with a collection.yaml, or a .tgz or .json bundle")
    .action(async (path: string) => {
      const context = await open();
      const { signCollection } = await import("../collection/sign-collection.js");
      await signCollection(path, context);
    });
}

function registerKeys(collection: Command, open: OpenContext): void {
  const keys = collection.command("keys").description("keys to sign with, and publishers whose signature is enough");
  keys
    .command("new")
    .description("make a private key to sign with, and show its public key; needs no server")
    .option("--out <file>", "where to write it; PUBLISHER_KEY when not given")
    .action(async ({ out }: { readonly out?: string }) => {
      const context = await open();
      const { newKey } = await import("../collection/publisher-keys.js");
      await newKey(out, context);
    });
  keys
    .command("list")
    .description("list the publishers whose signature is enough to install a collection")
    .action(async () => {
      const context = await open();
      const { listKeys } = await import("../collection/publisher-keys.js");
      await listKeys(context);
    });
  keys
    .command("trust")
    .description("trust a publisher: what its key has signed is installed without asking")
    .argument("<key>", "public key, ed25519:…")
    .requiredOption("--name <name>", "what to call the publisher")
    .action(async (key: string, { name }: { readonly name: string }) => {
      const context = await open();
      const { trustKey } = await import("../collection/publisher-keys.js");
      await trustKey({ key, name }, context);
    });
  keys
    .command("distrust")
    .description("trust a publisher no longer; what is installed stays")
    .argument("<key>", "public key, ed25519:…")
    .action(async (key: string) => {
      const context = await open();
      const { distrustKey } = await import("../collection/publisher-keys.js");
      await distrustKey(key, context);
    });
}
