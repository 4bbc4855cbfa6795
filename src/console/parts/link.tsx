import { Anchor, type AnchorProps } from "@mantine/core";
import type { ReactNode } from "react";
import { Link as Route } from "wouter";

/** A way to another page of the console. */
export function Link({ to, children, ...anchor }: AnchorProps & { to: string; children: ReactNode }) {
  return (
    <Anchor component={Route} href={to} {...anchor}>
      {children}
    </Anchor>
  );
}
