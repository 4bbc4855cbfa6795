import { Group, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";

/** Short facts, each under its name; those without a value are left out. */
export function Facts({ facts }: { facts: Readonly<Record<string, ReactNode>> }) {
  const known = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== "");
  return (
    <Group style={{ columnGap: 32, rowGap: 12 }} align="flex-start">
      {known.map(([name, value]) => (
        <Stack key={name} gap={2}>
          <Text size="xs" c="dimmed">
            {name}
          </Text>
          <Text size="sm" component="div" className="breakable">
            {value}
          </Text>
        </Stack>
      ))}
    </Group>
  );
}
