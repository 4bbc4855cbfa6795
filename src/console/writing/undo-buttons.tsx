import { Button } from "@mantine/core";
import { useCallback, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import type { CodeHandle } from "./code.js";

const stillness = (): void => undefined;

/** Takes the newest change of a text back, and makes it again, where there is one. */
export function UndoButtons({ code }: { code: CodeHandle | null }) {
  const { t } = useTranslation();
  const watch = useCallback((changed: () => void) => code?.watch(changed) ?? stillness, [code]);
  const canUndo = useSyncExternalStore(watch, () => code?.canUndo() ?? false);
  const canRedo = useSyncExternalStore(watch, () => code?.canRedo() ?? false);
  return (
    <>
      <Way label={t("editor.undo")} go={canUndo ? code?.undo : undefined} />
      <Way label={t("editor.redo")} go={canRedo ? code?.redo : undefined} />
    </>
  );
}

/** Not `disabled` when there is nowhere to go: whoever presses it by the keyboard until then would lose the place on the page. */
function Way({ label, go }: { label: string; go: (() => void) | undefined }) {
  return (
    <Button
      variant="default"
      {...(go === undefined ? { "data-disabled": true, "aria-disabled": true } : { onClick: go })}
    >
      {label}
    </Button>
  );
}
