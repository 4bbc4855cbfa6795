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
  LockClosedIcon,
  MobileIcon,
  ReaderIcon,
  ShuffleIcon,
} from "@radix-ui/react-icons";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation } from "wouter";
import { hasSimulator } from "../page-facts.js";
import { useMay } from "../remote/account.js";

const groups = [
  {
    title: "operate",
    pages: [
      { to: "/", name: "home", Icon: HomeIcon, needs: "notifications:read" },
      { to: "/notifications", name: "notifications", Icon: BellIcon, needs: "notifications:read" },
      { to: "/runs", name: "runs", Icon: ActivityLogIcon, needs: "runs:read" },
      { to: "/timeline", name: "timeline", Icon: ClockIcon, needs: "timeline:read" },
      { to: "/messages", name: "messages", Icon: EnvelopeClosedIcon, needs: "messages:read" },
      { to: "/conversations", name: "conversations", Icon: ChatBubbleIcon, needs: "conversations:read" },
      { to: "/records", name: "records", Icon: ArchiveIcon, needs: "records:read" },
    ],
  },
  {
    title: "build",
    pages: [
      { to: "/flows", name: "flows", Icon: CommitIcon, needs: "flows:read" },
      { to: "/translators", name: "translators", Icon: ShuffleIcon, needs: "translators:read" },
      { to: "/connections", name: "connections", Icon: Link2Icon, needs: "connections:read" },
      { to: "/collections", name: "collections", Icon: CubeIcon, needs: "collections:read" },
      { to: "/access", name: "access", Icon: LockClosedIcon, needs: "users:manage" },
      { to: "/audit", name: "audit", Icon: ReaderIcon, needs: "audit:read" },
      { to: "/simulator", name: "simulator", Icon: MobileIcon, needs: "simulator:read", shown: hasSimulator },
    ],
  },
] as const;

/** The ways to all pages. */
export function Navigation() {
  const { t } = useTranslation();
  const may = useMay();
  const offered = groups
    .map(({ title, pages }) => ({
      title,
      pages: pages.filter((page) => may(page.needs) && (!("shown" in page) || page.shown())),
    }))
    .filter(({ pages }) => pages.length > 0);
  return (
    <ScrollArea component="nav" aria-label={t("menu")} style={{ flex: 1 }}>
      {offered.map(({ title, pages }) => (
        <section key={title} aria-label={t(`nav.${title}`)}>
          <Text size="xs" c="dimmed" fw={600} px="sm" pt="md" pb={4}>
            {t(`nav.${title}`)}
          </Text>
          {pages.map(({ to, name, Icon }) => (
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
