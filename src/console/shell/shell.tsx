import { AppShell, Burger, Group, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { type ReactNode, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { useMay } from "../remote/account.js";
import { LivenessContext, useLive } from "../remote/use-live.js";
import { AccountMenu } from "./account-menu.js";
import { ColourChoice } from "./colour-choice.js";
import { LiveBadge } from "./live-badge.js";
import { Navigation } from "./navigation.js";
import { SearchBox } from "./search-box.js";

/** The frame around every page. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const [opened, { toggle, close }] = useDisclosure();
  const [location] = useLocation();
  const may = useMay();
  const live = useLive();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu.
  useEffect(close, [location]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip" href="#page">
        {t("skip")}
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="md" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label={t("menu")} />
          <Link href="/" className="brand" aria-label="Patchbay">
            <img src="/icon.svg" width={26} height={26} alt="" />
            <Text fw={700} visibleFrom="sm">
              Patchbay
            </Text>
          </Link>
          {may("timeline:read") && <SearchBox />}
          {may("stream:read") && <LiveBadge live={live} />}
          <AccountMenu />
          <ColourChoice />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="page">
        <LivenessContext value={live}>{children}</LivenessContext>
      </AppShell.Main>
    </AppShell>
  );
}
