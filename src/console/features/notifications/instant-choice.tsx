import { Text, TextInput } from "@mantine/core";
import { useTranslation } from "react-i18next";

interface InstantChoiceProps {
  /** Which end of the time one looks at. */
  readonly end: "from" | "until";
  readonly value: string | null;
  readonly choose: (value: string | null) => void;
}

/** An instant in the viewer's own time. */
export function InstantChoice({ end, value, choose }: InstantChoiceProps) {
  const { t } = useTranslation();
  const label = t(`notifications.${end}`);
  return (
    <TextInput
      type="datetime-local"
      aria-label={label}
      leftSection={
        <Text size="xs" c="dimmed" aria-hidden>
          {label}
        </Text>
      }
      leftSectionWidth={56}
      value={value === null ? "" : toLocal(new Date(value))}
      onChange={({ currentTarget: { value: local } }) => choose(local === "" ? null : new Date(local).toISOString())}
      w={246}
    />
  );
}

/** `2026-11-22T09:30`, as the browser's field has it. */
function toLocal(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
