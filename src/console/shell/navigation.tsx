import { NavLink, ScrollArea, Text } from "@mantine/core";
import {
  ActivityLogIcon,
  ArchiveIcon,
  BellIcon,
  ChatBubbleIcon,
  ClockIcon,
  CommitIcon,
  CubeIcon,
  EnvelopeClosedIcon,
  FileTextIcon,
  HomeIcon,
  Link2Icon,
  MobileIcon,
  ShuffleIcon,
} from "@radix-ui/react-icons";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { hasSimulator } from "../page-facts.js";

const groups = [
  {
    title: "operate",
    pages: [
      { to: "/", name: "home", Icon: HomeIcon },
      { to: "/notifications", name: "notifications", Icon: BellIcon },
      { to: "/runs", name: "runs", Icon: ActivityLogIcon },
      { to: "/timeline", name: "timeline", Icon: ClockIcon },
      { to: "/messages", name: "messages", Icon: EnvelopeClosedIcon },
      { to: "/conversations", name: "conversations", Icon: ChatBubbleIcon },
      { to: "/records", name: "records", Icon: ArchiveIcon },
    ],
  },
  {
    title: "build",
    pages: [
      { to: "/flows", name: "flows", Icon: CommitIcon },
      { to: "/translators", name: "translators", Icon: ShuffleIcon },
      { to: "/connections", name: "connections", Icon: Link2Icon },
      { to: "/collections", name: "collections", Icon: CubeIcon },
      { to: "/simulator", name: "simulator", Icon: MobileIcon, shown: hasSimulator },
    ],
  },
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
          {pages
            .filter((page) => !("shown" in page) || page.shown())
            .map(({ to, name, Icon }) => (
              <Way key={to} to={to} Icon={Icon} label={t(`nav.${name}`)} />
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
