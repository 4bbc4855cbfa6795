import { createRoot } from "react-dom/client";
import { Console } from "./console.js";
import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./console.css";
import { startTexts } from "./text/texts.js";

const place = document.getElementById("console");
if (place === null) throw new Error("the page has no place for the console");
await startTexts();
createRoot(place).render(<Console />);
