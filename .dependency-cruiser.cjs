/** Rooms and the direction in which they may import. Each rule says what to do instead. */

const rooms = {
  core: [],
  phone: ["core"],
  secrets: ["core"],
  config: ["core"],
  log: ["core"],
  http: ["core"],
  translation: ["core", "phone"],
  store: ["core"],
  connectors: ["core", "http", "phone"],
  collections: ["core", "translation", "secrets"],
  engine: ["core", "translation", "log"],
  access: ["core", "secrets", "http"],
  api: ["core", "access", "collections", "engine", "log"],
  simulator: ["core", "phone"],
  console: ["core", "api/contract"],
  golden: ["core", "collections", "translation", "engine", "log", "simulator"],
};

const remedies = {
  core: "core is nouns and pure rules: move the rule that needs more into the room that has it, or pass the value in.",
  phone: "phone knows numbers only.",
  secrets: "secrets seals and opens text; it knows nobody else.",
  config: "config reads the environment; pass what else it needs as an argument.",
  log: "log knows only what to hide.",
  http: "http knows no vendor: put vendor code into its connector.",
  translation: "translation evaluates expressions; what they mean is the engine's business.",
  store: "stores know core only; the engine hands them changes.",
  connectors: "connectors never see the store or the engine: return a result and let the engine keep it.",
  collections: "collections read, check and install definitions; they get the store and the connectors as arguments.",
  engine: "the engine gets store, catalog and connections as arguments, through the ports in core.",
  access: "access knows who may come in: people, keys, sessions; what they may do is in core, and HTTP asks.",
  api: "routes translate HTTP to the engine, the store port and collections; nothing else.",
  console: "the console knows the API by its contract, and of that only the types.",
  simulator: "the simulator stands for a vendor: it must not share code with the connector that talks to it.",
  golden:
    "golden tests play on what the composition root gives them: no driver, no connector and no HTTP of their own.",
};

const roomRules = Object.entries(rooms).map(([room, allowed]) => ({
  name: `${room}-imports`,
  comment: remedies[room],
  severity: "error",
  from: { path: `^src/${room}/` },
  to: { path: "^src/", pathNot: [`^src/(${[room, ...allowed].join("|")})/`] },
}));

module.exports = {
  forbidden: [
    ...roomRules,
    {
      name: "core-has-no-dependencies",
      comment: remedies.core,
      severity: "error",
      from: { path: "^src/core/" },
      to: { dependencyTypes: ["npm", "core"] },
    },
    {
      name: "connectors-know-only-themselves",
      comment: "One connector never imports another: what two of them need goes to http, phone or connectors/*.ts.",
      severity: "error",
      from: { path: "^src/connectors/([^/]+)/" },
      to: { path: "^src/connectors/[^/]+/", pathNot: ["^src/connectors/$1/"] },
    },
    {
      name: "drivers-stay-in-their-store",
      comment: "Database drivers are imported only by their own store.",
      severity: "error",
      from: { path: "^(src|bench|chaos)/", pathNot: ["^src/store/"] },
      to: { path: "node_modules/(@photostructure/sqlite|pg)/" },
    },
    {
      name: "one-outbound-client",
      comment:
        "Only http makes outbound requests: time limits, size limits and the address guard live there. (Biome says the same of the global fetch.)",
      severity: "error",
      from: { path: "^src/", pathNot: ["^src/http/"] },
      to: { path: "node_modules/(undici|axios|node-fetch|got|ws)/" },
    },
    {
      name: "sockets-stay-in-http",
      comment:
        "Sockets and names are opened and looked up by http alone, behind the address guard. Beside it: the server that listens, what reads the addresses of its callers, the free port of the demo, and the simulator, which stands for a vendor and calls loopback only.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: ["^src/(http|simulator)/", "^src/api/(listen|client-address)\\.ts$", "^src/cli/demo/free-port\\.ts$"],
      },
      to: {
        path: "^(node:)?(http|https|http2|net|tls|dgram|dns|dns/promises)$",
        dependencyTypesNot: ["type-only"],
      },
    },
    {
      name: "programs-are-run-in-three-places",
      comment:
        "git fetches collections, bounded and without configuration; the command line opens the user's editor; the workshop plays golden tests in a bounded Node process of its own. Nothing else runs another program.",
      severity: "error",
      from: {
        path: "^src/",
        pathNot: [
          "^src/collections/source/run-git\\.ts$",
          "^src/cli/collection/edit-text\\.ts$",
          "^src/workshop/run-job\\.ts$",
        ],
      },
      to: { path: "^(node:)?(child_process|cluster|vm|inspector)$" },
    },
    {
      name: "mail-stays-in-its-connector",
      comment:
        "The mail library is imported by the e-mail connector only, which gets its sockets from http, behind the address guard.",
      severity: "error",
      from: { path: "^(src|bench|chaos)/", pathNot: ["^src/connectors/email/"] },
      to: { path: "node_modules/(nodemailer|@types/nodemailer)/" },
    },
    {
      name: "composition-root",
      comment: "Only main.ts, app.ts and the command line see everything.",
      severity: "error",
      from: { path: `^src/(${Object.keys(rooms).join("|")})/` },
      to: { path: "^src/(app|main)\\.ts$" },
    },
    {
      name: "chaos-stands-alone",
      comment:
        "chaos breaks the product from outside: nothing but its own tests knows it, and it shares nothing with bench.",
      severity: "error",
      from: { path: "^(src|bench)/" },
      to: { path: "^chaos/" },
    },
    {
      name: "chaos-knows-no-bench",
      comment: "The two are run for different reasons and change for different reasons.",
      severity: "error",
      from: { path: "^chaos/" },
      to: { path: "^bench/" },
    },
    {
      name: "testing-stands-alone",
      comment:
        "testing sets up what tests, chaos and benchmarks run on, such as a real PostgreSQL server: it knows none of them.",
      severity: "error",
      from: { path: "^testing/" },
      to: { path: "^(src|test|bench|chaos)/" },
    },
    {
      name: "src-knows-no-testing",
      comment: "The product runs on servers that others have set up.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^testing/" },
    },
    {
      name: "console-takes-types-only",
      comment: "What the server runs is not shipped to browsers: import types only, or move a pure rule to core.",
      severity: "error",
      from: { path: "^src/console/" },
      to: { path: "^src/api/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "console-features-stand-alone",
      comment: "One feature never imports another: what two of them need goes to parts or remote.",
      severity: "error",
      from: { path: "^src/console/features/([^/]+)/" },
      to: { path: "^src/console/features/[^/]+/", pathNot: ["^src/console/features/$1/"] },
    },
    {
      name: "no-cycles",
      comment: "Move what both sides need into a third file.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-orphans",
      comment: "Nobody imports this file: delete it, or import it where it is used.",
      severity: "error",
      from: {
        orphan: true,
        path: "^src/",
        pathNot: "^src/console/(main\\.tsx|vite\\.config\\.ts|vite-env\\.d\\.ts)$",
      },
      to: {},
    },
    {
      name: "no-dev-dependencies-in-src",
      comment:
        "src runs without development dependencies: add it to dependencies, deliberately. The console is built before it is shipped.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/console/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
    moduleSystems: ["es6", "cjs"],
  },
};
