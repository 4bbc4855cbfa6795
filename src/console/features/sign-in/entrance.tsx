import { Card, Center, Stack, Text, Title } from "@mantine/core";
import { type FormEvent, type ReactNode, useEffect } from "react";

/** The form in front of everything else. */
export function Entrance({
  title,
  about,
  enter,
  children,
}: {
  title: string;
  about?: string;
  enter: () => void;
  children: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Patchbay`;
  }, [title]);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    enter();
  };
  return (
    <Center mih="100vh" p="md">
      <Card withBorder maw={420} w="100%" p="xl" component="main">
        <form onSubmit={submit}>
          <Stack>
            <img src="/icon.svg" width={40} height={40} alt="" />
            <Title order={1}>{title}</Title>
            {about !== undefined && (
              <Text c="dimmed" size="sm">
                {about}
              </Text>
            )}
            {children}
          </Stack>
        </form>
      </Card>
    </Center>
  );
}
