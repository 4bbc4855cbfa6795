import { contentMembers, fileProblem } from "./collection-source.js";
import {
  anyJson,
  anyObject,
  array,
  described,
  flag,
  integer,
  mapOf,
  named,
  nullable,
  object,
  oneOf,
  type Static,
  text,
} from "./schema.js";

const fuzzing = object(
  {},
  {
    runs: described("Random records for each flow; 50 when absent.", integer({ minimum: 0, maximum: 1_000 })),
    seed: described("The same seed makes the same records; 1 when absent.", integer({ minimum: 0, maximum: 100_000 })),
  },
);

const testingMembers = {
  only: described("Only tests with these words in their name or title.", text({ minLength: 1, maxLength: 200 })),
  fuzz: described("Derives records from the data types, too, and gives them to each flow.", fuzzing),
};

/** Which collection is tested, and how. */
export const testing = named("CollectionTesting", object({}, { ...contentMembers, ...testingMembers }));

/** How what runs of an installed collection is tested. */
export const installedTesting = named(
  "InstalledCollectionTesting",
  object(
    {},
    {
      ...testingMembers,
      changes: described(
        "Files to test it with, by path: their text, or null for without. Nothing is changed.",
        mapOf(nullable(text())),
      ),
    },
  ),
);

/** What golden tests came to. */
export const goldenReport = named(
  "GoldenReport",
  object({
    collection: text(),
    version: text(),
    passed: integer(),
    failed: integer(),
    elapsedMs: integer(),
    tests: array(
      object({
        name: text(),
        file: text(),
        title: text(),
        passed: flag(),
        elapsedMs: integer(),
        mismatches: described(
          "What is not as expected. Of a test that was not finished, for lack of time or memory, the reason.",
          array(
            object({
              about: text(),
              problem: text(),
              expected: described("Null for something that nobody expected, or that is too large to show.", anyJson),
              got: described("Null for something that is not there, or that is too large to show.", anyJson),
              diff: described(
                "Both as YAML, line by line: `-` expected, `+` is there.",
                array(object({ mark: oneOf(["-", "+", " "]), text: text() })),
              ),
            }),
          ),
        ),
      }),
    ),
    fuzz: nullable(
      object({
        seed: integer(),
        flows: array(
          object({
            flow: text(),
            pushed: described("Inputs that were given to it.", integer()),
            started: described("Those of them that it started on.", integer()),
            skipped: integer(),
            refused: described("Codes of refusals that strange values had, and how many.", mapOf(integer())),
            findings: array(
              object({
                code: text(),
                message: text(),
                test: described("A golden test (YAML) that fails until the flow copes.", text()),
              }),
            ),
            gaps: described(
              "Texts with a hole where an optional member is missing.",
              array(object({ path: text(), body: text() })),
            ),
          }),
        ),
      }),
    ),
  }),
);

const collectionName = text({ pattern: "^(?!local$)[a-z][a-z0-9-]{0,62}$" });

/** A collection to make of samples. */
export const newCollectionOrder = named(
  "NewCollection",
  object(
    {
      name: described("Lower-case letters, digits and hyphens.", collectionName),
      type: described("What the data type is called, in PascalCase.", text({ pattern: "^[A-Z][A-Za-z0-9]{0,62}$" })),
      samples: described("Records as they come.", array(anyObject, { minItems: 1, maxItems: 200 })),
    },
    { to: described("Data type that the records become; `communication/Sms` when absent.", text({ minLength: 1 })) },
  ),
);

/** A collection to make of an OpenAPI document. */
export const openApiOrder = named(
  "OpenApiImport",
  object(
    { document: described("OpenAPI 3.0 or 3.1, as YAML or JSON.", text({ minLength: 1 })) },
    {
      url: described(
        "Where it was read from, for servers that are relative to it. It is not fetched.",
        text({ pattern: "^https?://" }),
      ),
      name: described("Made from the document's title when absent.", collectionName),
      only: described(
        "Operation ids, `GET /path`, tags, or `/path/*`; all when absent.",
        array(text({ minLength: 1 }), { maxItems: 1_000 }),
      ),
      auth: described("The security scheme to use; the API's first when absent.", text({ minLength: 1 })),
    },
  ),
);

/** A collection to make of a Cenit collection. */
export const cenitOrder = named(
  "CenitImport",
  object(
    { files: described("Path to text: those of a folder, or one exported JSON.", mapOf(text())) },
    { name: described("Made from its own when absent.", collectionName) },
  ),
);

/** A collection that was made; nothing of it is installed. */
export const madeCollection = named(
  "MadeCollection",
  object({
    name: text(),
    files: described("Path to text, as an installation takes them.", mapOf(text())),
    notes: described(
      "What was guessed, what was lost, and what a person has to do.",
      array(object({ kind: oneOf(["person", "lost", "guessed", "note"]), place: text(), message: text() })),
    ),
    problems: array(fileProblem),
  }),
);

/** What is to be published. */
export const publicationOrder = named(
  "Publication",
  object(
    {},
    {
      ...contentMembers,
      sign: described("Sign it with the key of this server (PUBLISHER_KEY).", flag()),
      despiteTests: described("Publish it although golden tests fail.", flag()),
      index: described("The index.json so far; a new one is made when absent.", anyObject),
      category: described("What people look for; as before when absent.", text({ minLength: 1, maxLength: 120 })),
      publisher: described("Who publishes it; as before when absent.", text({ minLength: 1, maxLength: 120 })),
    },
  ),
);

/** What has to be put where the index is. */
export const publication = named(
  "PreparedPublication",
  object({
    name: text(),
    version: text(),
    integrity: text(),
    key: described("Public key that has signed it; null when none has.", nullable(text())),
    added: described("False when exactly this is in the index already.", flag()),
    bundle: described(
      "Goes to `path`, relative to the index, before the index is replaced.",
      object({ path: text(), base64: text() }),
    ),
    index: described("The whole index.json, with this version in it.", anyObject),
    report: described("What its golden tests came to.", goldenReport),
  }),
);

/** What the document keeps under names. */
export const workshopParts = [
  ...[testing, installedTesting, goldenReport, publicationOrder, publication],
  ...[newCollectionOrder, openApiOrder, cenitOrder, madeCollection],
] as const;

export type TestingBody = Static<typeof testing>;
export type GoldenReportView = Static<typeof goldenReport>;
export type MadeCollectionView = Static<typeof madeCollection>;
export type PublicationView = Static<typeof publication>;
