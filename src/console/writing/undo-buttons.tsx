import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { CodeHandle } from "./code.js";

/** Takes the newest change of a text back, and makes it again. */
export function UndoButtons({ code }: { code: CodeHandle | null }) {
  const { t } = useTranslation();
  return (
    <>
      <Button variant="default" onClick={() => code?.undo()}>
        {t("editor.undo")}
      </Button>
      <Button variant="default" onClick={() => code?.redo()}>
        {t("editor.redo")}
      </Button>
    </>
  );
}
