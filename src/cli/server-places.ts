/** Lists that the server names by their address, and the commands that show them. */
const lists: Readonly<Record<string, string>> = {
  events: "patchbay events list",
  runs: "patchbay runs list",
  issues: "patchbay issues list",
  operations: "patchbay operations list",
  broadcasts: "patchbay broadcast list",
  quarantine: "patchbay quarantine list",
  notifications: "patchbay notifications list",
  messages: "patchbay messages list",
  flows: "patchbay flow list",
  effects: "patchbay effects list",
  collections: "patchbay collection list",
};

/** Puts commands in the place of the addresses of lists: `listed by patchbay runs list`. */
export function withCommands(words: string): string {
  return words.replace(/\blisted at \/api\/v1\/([a-z-]+)/g, (all, noun: string) => {
    const command = Object.hasOwn(lists, noun) ? lists[noun] : undefined;
    return command === undefined ? all : `listed by ${command}`;
  });
}
