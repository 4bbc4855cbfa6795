import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { en } from "./en.js";

/** Loads the texts of the viewer's language, or English where it is not there. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: navigator.language,
    fallbackLng: "en",
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false },
    showSupportNotice: false,
  });
  document.documentElement.lang = i18next.resolvedLanguage ?? "en";
}
