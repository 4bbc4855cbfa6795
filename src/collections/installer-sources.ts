import type { Collection } from "../core/collection.js";
import { checkCollection } from "./install.js";
import type { Installation, InstallerTools } from "./installation.js";
import type { Installer } from "./installer.js";
import { distrustPublisher, trustPublisher } from "./publishers.js";
import { needsTrust, requestedContent } from "./requested-content.js";
import { preparePublication } from "./source/prepare-publication.js";
import { searchCollections } from "./source/search-collections.js";

/** Makes the part of an installer that reads sources and changes nothing that is installed. */
export function installerSources(
  tools: InstallerTools,
  now: () => Installation,
  shipped: () => Promise<readonly Collection[]>,
): Pick<Installer, "content" | "publication" | "examine" | "search" | "publishers"> {
  const { publishers } = tools.store;
  return {
    examine: async (request) => {
      const content = await requestedContent(request, tools);
      const trusted = await publishers.list();
      const { collection, problems } = checkCollection(content.files, now(), tools);
      return {
        ...{ collection, problems, origin: content.origin },
        publisher: trusted.find(({ key }) => key === content.origin.publisher) ?? null,
        needsTrust: needsTrust(content, trusted),
      };
    },
    content: (request) => requestedContent(request, tools),
    publication: (order) => preparePublication(order, tools),
    search: async (words) => searchCollections(words, { ...tools, shipped: await shipped() }),
    publishers: {
      list: () => publishers.list(),
      trust: (publisher) => trustPublisher(publisher, tools),
      distrust: (key) => distrustPublisher(key, tools),
    },
  };
}
