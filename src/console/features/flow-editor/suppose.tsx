import { Group, NativeSelect, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { RehearsedStepView } from "../../../api/contract/draft.js";
import { useEditing } from "./editing.js";
import { choicesFor, type SupposedKind } from "./suppositions.js";
import type { Trying } from "./use-trial.js";

/** Lets somebody choose what the vendor, the customer or time answers to a step; where it is not come to, there is nothing to choose. */
export function Suppose({ step: { id, outcome, call }, trying }: { step: RehearsedStepView; trying: Trying }) {
  const { t } = useTranslation();
  const { written } = useEditing();
  const { supposed, suppose } = trying;
  const step = written?.steps.find((one) => one.id === id);
  const chosen = supposed[id];
  const isReached = call !== null || (step?.kind === "wait" && outcome === "done") || chosen !== undefined;
  const [usual, ...others] = step === undefined ? [] : choicesFor(step, call?.message != null || chosen !== undefined);
  if (usual === undefined || !isReached || outcome === "skipped") return null;
  const data = [usual, ...others].map((kind) => ({ value: kind, label: t(`editor.supposing.${kind}`) }));
  return (
    <Group gap="xs" align="flex-end" mt={4}>
      <NativeSelect
        size="xs"
        label={`${t("editor.suppose")} (${id})`}
        data={data}
        value={chosen?.kind ?? usual}
        onChange={({ currentTarget: { value } }) =>
          suppose(id, value === usual ? null : { kind: value as SupposedKind, text: chosen?.text ?? "" })
        }
      />
      {chosen?.kind === "reply" && (
        <TextInput
          size="xs"
          label={t("editor.supposeReply")}
          value={chosen.text}
          onChange={({ currentTarget }) => suppose(id, { kind: "reply", text: currentTarget.value })}
        />
      )}
    </Group>
  );
}
