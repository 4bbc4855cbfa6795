import { Alert, Badge, Code, Group, Paper, SegmentedControl, Stack, Text, Title } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { PlannedCollectionView, PlanView } from "../../../api/contract/plan.js";
import type { Settlements } from "./undertaking.js";

type PlannedOverlay = PlannedCollectionView["overlays"][number];

interface SettlementsProps {
  readonly plan: PlanView;
  readonly settlements: Settlements;
  readonly settle: (settlements: Settlements) => void;
}

/** Whether something of a plan has to be settled before it can be carried out. */
export function isUnsettled(plan: PlanView | null): boolean {
  return (plan?.collections ?? []).some(({ overlays }) => overlays.some(({ outcome }) => outcome === "conflict"));
}

/** What becomes of files that were changed here; where both sides changed the same, somebody says which of them counts. */
export function ChangedFiles({ plan, settlements, settle }: SettlementsProps) {
  const { t } = useTranslation();
  const files = plan.collections.flatMap(({ name, overlays }) =>
    overlays.map((overlay) => ({ overlay, key: `${name}/${overlay.file}` })),
  );
  if (files.length === 0) return null;
  return (
    <Paper p="md" component="section" aria-label={t("settle.title")}>
      <Stack gap="sm">
        <Title order={2}>{t("settle.title")}</Title>
        {isUnsettled(plan) && <Alert color="orange">{t("settle.first")}</Alert>}
        {files.map(({ overlay, key }) => (
          <Stack key={key} gap="xs" component="article" aria-label={key}>
            <Group gap="sm">
              <Badge color={overlay.outcome === "conflict" ? "orange" : "gray"}>
                {t(`settle.outcome.${overlay.outcome}`)}
              </Badge>
              <Text size="sm" ff="monospace" className="breakable">
                {key}
              </Text>
            </Group>
            {(overlay.outcome === "conflict" || settlements[key] !== undefined) && (
              <SegmentedControl
                aria-label={t("settle.whose", { file: overlay.file })}
                data={(["none", "mine", "theirs"] as const).map((side) => ({
                  value: side,
                  label: t(`settle.side.${side}`),
                }))}
                value={settlements[key] ?? "none"}
                onChange={(side) => settle(settled(settlements, key, side))}
              />
            )}
            {overlay.places.map((place) => (
              <Contradiction key={place.place} place={place} />
            ))}
          </Stack>
        ))}
      </Stack>
    </Paper>
  );
}

function settled(settlements: Settlements, key: string, side: string): Settlements {
  const { [key]: _, ...others } = settlements;
  return side === "mine" || side === "theirs" ? { ...others, [key]: side } : others;
}

/** One place where both sides have changed the same. */
function Contradiction({ place: { place, base, mine, theirs } }: { place: PlannedOverlay["places"][number] }) {
  const { t } = useTranslation();
  const versions = { base, mine, theirs };
  return (
    <Stack gap={4} pl="md">
      <Text size="sm" fw={600} className="breakable">
        {place}
      </Text>
      {(["base", "mine", "theirs"] as const).map((side) => (
        <Group key={side} gap="xs" wrap="nowrap" align="baseline">
          <Text size="xs" c="dimmed" w={110} style={{ flexShrink: 0 }}>
            {t(`settle.version.${side}`)}
          </Text>
          <Code className="breakable" style={{ whiteSpace: "pre-wrap" }}>
            {versions[side] ?? t("settle.nothing")}
          </Code>
        </Group>
      ))}
    </Stack>
  );
}
