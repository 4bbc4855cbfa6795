import { Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

/** A part of a page under its own heading. */
export function Part({ title, about, children }: { title: string; about?: string; children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Title order={2} mb={about === undefined ? "xs" : 4}>
        {title}
      </Title>
      {about !== undefined && (
        <Text size="sm" c="dimmed" mb="sm">
          {about}
        </Text>
      )}
      <Stack gap="sm">{children}</Stack>
    </section>
  );
}
