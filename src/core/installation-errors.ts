import { type ErrorEntry, passing, permanent } from "./error-entry.js";

/** Errors of the installation itself: configuration, database, backups, command line. Part of the catalogue. */
export const installationErrors = {
  // Installation and operation
  CONFIG_INVALID: permanent(
    500,
    "The configuration is not valid",
    "Correct the environment variables named in the message.",
  ),
  SECRET_UNREADABLE: permanent(
    500,
    "A stored secret cannot be decrypted",
    "Start with the PATCHBAY_SECRET that was used when it was stored, or install the collection again.",
  ),
  STORE_UNAVAILABLE: passing(
    503,
    "The database cannot store anything now",
    "Free disk space or make the database writable; nothing of this request was stored.",
  ),
  STORE_LOCKED: permanent(
    500,
    "Another Patchbay process uses this database",
    "Stop the other process, or give this one another DATABASE_URL.",
  ),
  STORE_AHEAD: permanent(
    500,
    "The database was made by a newer Patchbay",
    "Start the newer version, or restore a backup from before the upgrade.",
  ),
  STORE_NOT_DURABLE: permanent(
    500,
    "The database does not promise durability",
    "Use a file system and a driver that accept WAL with synchronous=FULL.",
  ),
  STORE_BEHIND: permanent(500, "The database was made by an older Patchbay", "Bring it up to date: patchbay migrate."),
  ENCRYPTION_DIFFERS: permanent(
    500,
    "The database does not keep people as ENCRYPT_PEOPLE says",
    "Set ENCRYPT_PEOPLE as the database is, or change the database: patchbay people seal, patchbay people unseal.",
  ),
  PEOPLE_UNREADABLE: permanent(
    500,
    "Something sealed in the database cannot be opened",
    "It was changed in the database, by something else than Patchbay: restore a backup from before.",
  ),
  TARGET_NOT_EMPTY: permanent(
    409,
    "The database that is to be filled is not empty",
    "Give the path of a database that is not there yet, or move the one that is there away.",
  ),
  BACKUP_INVALID: permanent(422, "The file is not a backup that this version can restore", "Check which file it is."),
  BACKUP_DAMAGED: permanent(
    422,
    "The backup is damaged",
    "Nothing was restored. Use another backup, or copy the file again from where it was made.",
  ),
  RUN_HELD: permanent(
    409,
    "The run was unfinished when the restored backup was made",
    "Look at the vendor whether it went out since then; where it did not, take the run up again: patchbay runs retry.",
  ),
  COMMAND_INVALID: permanent(
    400,
    "The command is not complete or not correct",
    "Correct the part named in the message; `patchbay help` describes every command.",
  ),
  FILE_UNWRITABLE: permanent(
    400,
    "The file cannot be written",
    "Give another path: nothing is written over what is there.",
  ),
  FILE_UNREADABLE: permanent(400, "The file cannot be read", "Check the path and that you may read it."),
  SERVER_UNREACHABLE: permanent(
    502,
    "No Patchbay server answers",
    "Start it with `patchbay start`, or set PATCHBAY_URL.",
  ),
  FLOW_CHANGED: permanent(
    409,
    "Somebody else has changed this flow or translator meanwhile",
    "Look at what it says now, and make your change there.",
  ),
  DEFINITIONS_CHANGED: permanent(
    409,
    "Something else was installed or switched meanwhile",
    "Look at what is installed now, and do it again.",
  ),
} as const satisfies Record<string, ErrorEntry>;
