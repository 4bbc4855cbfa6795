import {
  CheckCircledIcon,
  CircleIcon,
  ClockIcon,
  CrossCircledIcon,
  DividerHorizontalIcon,
  DoubleArrowDownIcon,
  LayersIcon,
  MinusCircledIcon,
} from "@radix-ui/react-icons";
import type { ComponentType } from "react";
import type { StepMark } from "../../flow-graph/walk-run.js";

const icons: Readonly<
  Record<StepMark, ComponentType<{ width: number; height: number; color: string; "aria-hidden": boolean }>>
> = {
  done: CheckCircledIcon,
  failed: CrossCircledIcon,
  skipped: DoubleArrowDownIcon,
  suppressed: MinusCircledIcon,
  now: ClockIcon,
  items: LayersIcon,
  ahead: CircleIcon,
  aside: DividerHorizontalIcon,
};

const colors: Readonly<Partial<Record<StepMark, string>>> = {
  done: "var(--mantine-color-green-7)",
  failed: "var(--mantine-color-red-7)",
  suppressed: "var(--mantine-color-orange-7)",
  items: "var(--mantine-color-blue-6)",
};

/** What became of a step: a shape of its own for each, whatever its colour. */
export function MarkIcon({ mark }: { mark: StepMark }) {
  const Icon = icons[mark];
  return <Icon width={18} height={18} color={colors[mark] ?? "var(--mantine-color-dimmed)"} aria-hidden />;
}
