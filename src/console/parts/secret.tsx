import { Button, Code, CopyButton, Stack } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Something that is shown once, and how to take it along. */
export function Secret({ text, label }: { text: string; label: string }) {
  const { t } = useTranslation();
  return (
    <Stack gap="xs" align="flex-start" maw="100%">
      <Code block aria-label={label} tabIndex={0} className="breakable" maw="100%">
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Button size="xs" variant="light" onClick={copy}>
            {t(copied ? "copied" : "copy")}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}
