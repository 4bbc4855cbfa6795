import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { MoonIcon, SunIcon } from "@radix-ui/react-icons";
import { useTranslation } from "react-i18next";

/** Light or dark; the system's own until somebody says otherwise. */
export function ColourChoice() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const isDark = useComputedColorScheme() === "dark";
  const other = isDark ? "light" : "dark";
  return (
    <Tooltip label={t(`scheme.${other}`)}>
      <ActionIcon variant="default" size="lg" onClick={() => setColorScheme(other)} aria-label={t(`scheme.${other}`)}>
        {isDark ? <SunIcon /> : <MoonIcon />}
      </ActionIcon>
    </Tooltip>
  );
}
