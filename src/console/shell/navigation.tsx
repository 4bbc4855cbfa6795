import { NavLink, ScrollArea, Text } from "@mantine/core";
import { ActivityLogIcon, BellIcon, ClockIcon, CommitIcon, FileTextIcon, HomeIcon } from "@radix-ui/react-icons";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";

const groups = [
  {
    title: "operate",
    pages: [
      { to: "/", name: "home", Icon: HomeIcon },
      { to: "/notifications", name: "notifications", Icon: BellIcon },
      { to: "/runs", name: "runs", Icon: ActivityLogIcon },
      { to: "/timeline", name: "timeline", Icon: ClockIcon },
    ],
  },
  { title: "build", pages: [{ to: "/flows", name: "flows", Icon: CommitIcon }] },
] as const;

/** The ways to all pages. */
export function Navigation() {
  const { t } = useTranslation();
  return (
    <ScrollArea component="nav" aria-label={t("menu")} style={{ flex: 1 }}>
      {groups.map(({ title, pages }) => (
        <section key={title} aria-label={t(`nav.${title}`)}>
          <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
            {t(`nav.${title}`)}
          </Text>
          {pages.map((page) => (
            <Way key={page.to} {...page} label={t(`nav.${page.name}`)} />
          ))}
        </section>
      ))}
      <NavLink component="a" href="/docs" label={t("nav.docs")} leftSection={<FileTextIcon />} mt="md" />
    </ScrollArea>
  );
}

function Way({ to, label, Icon }: { to: string; label: string; Icon: ComponentType }) {
  const [location] = useLocation();
  const active = to === "/" ? location === "/" : location.startsWith(to);
  return (
    <NavLink
      component={Link}
      href={to}
      label={label}
      leftSection={<Icon />}
      active={active}
      aria-current={active ? "page" : undefined}
    />
  );
}
