import type { Store } from "../../src/core/store.js";

/** Gives the store that the running test opened. */
export type Opened = () => Store;
