import { createSealer } from "../../src/secrets/sealer.js";
import { databaseAt } from "../../src/store/open-store.js";
import { sealerSecret } from "./sealed-parts.js";
import { migrationsOf } from "./temp-store.js";

/** A process that turns the database named on its command line, and kills itself in the middle of the table named there. */
const [, , databaseUrl = "", to = "", table = ""] = process.argv;
const database = await databaseAt({ databaseUrl, migrationsFolder: migrationsOf });
await database.turnPeople(to === "sealed" ? "sealed" : "clear", {
  sealer: createSealer(sealerSecret),
  progress: (done) => {
    if (done === table) process.kill(process.pid, "SIGKILL");
  },
});
