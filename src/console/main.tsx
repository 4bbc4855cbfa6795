import { createRoot } from "react-dom/client";
import { Console } from "./console.js";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./console.css";
import { readNonce } from "./page-facts.js";
import { startTexts } from "./text/texts.js";

// Read by the library that keeps the page still behind a drawer, for the style it adds.
Object.assign(globalThis, { __webpack_nonce__: readNonce() });
const place = document.getElementById("console");
if (place === null) throw new Error("the page has no place for the console");
await startTexts();
createRoot(place).render(<Console />);
