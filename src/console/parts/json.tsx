import { ActionIcon, Box, Code, CopyButton, Tooltip } from "@mantine/core";
import { CheckIcon, CopyIcon } from "@radix-ui/react-icons";
import { useTranslation } from "react-i18next";

/** A JSON document as it is, with a way to copy it. */
export function Json({ value, label }: { value: unknown; label: string }) {
  const { t } = useTranslation();
  const text = JSON.stringify(value, null, 2) ?? "";
  return (
    <Box pos="relative">
      <Code
        block
        mah={420}
        className="breakable"
        tabIndex={0}
        aria-label={label}
        role="region"
        style={{ overflow: "auto", whiteSpace: "pre-wrap" }}
      >
        {text}
      </Code>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? t("copied") : t("copy")}>
            <ActionIcon variant="subtle" pos="absolute" top={6} right={6} onClick={copy} aria-label={t("copy")}>
              {copied ? <CheckIcon /> : <CopyIcon />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </Box>
  );
}
