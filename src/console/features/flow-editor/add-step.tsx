import { Modal, NavLink, ScrollArea, Text, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { addStep, spotAfter } from "./change-steps.js";
import { useEditing } from "./editing.js";
import { findSteps, type NewStep, newSteps } from "./new-steps.js";

/** A list of everything that can come next, found by typing. */
export function AddStep({ opened, close }: { opened: boolean; close: () => void }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState("");
  const { blocks, name, text, written, chosen, write, choose } = useEditing();
  const all = useMemo(() => newSteps(blocks, name, (kind) => t(`editor.kind.${kind}`)), [blocks, name, t]);
  const found = findSteps(all, search);
  const take = (step: NewStep): void => {
    if (written === null) return;
    const spot = spotAfter(written.steps.find(({ id }) => id === chosen) ?? null);
    const changed = addStep(text, written, { spot, step });
    write(changed.text);
    choose(changed.chosen);
    setSearch("");
    close();
  };
  return (
    <Modal opened={opened} onClose={close} title={t("editor.add")} closeButtonProps={{ "aria-label": t("close") }}>
      <TextInput
        data-autofocus
        label={t("editor.find")}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        onKeyDown={(event) => event.key === "Enter" && found[0] !== undefined && take(found[0])}
        mb="sm"
      />
      <ScrollArea.Autosize mah={420}>
        {found.length === 0 && <Text c="dimmed">{t("editor.nothingFound")}</Text>}
        {found.map((step) => (
          <NavLink
            key={`${step.group} ${step.about}`}
            component="button"
            label={step.title}
            description={step.about}
            onClick={() => take(step)}
          />
        ))}
      </ScrollArea.Autosize>
    </Modal>
  );
}
