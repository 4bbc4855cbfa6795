import { Button, Radio, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { Page } from "../../parts/page.js";

const beginnings = ["text", "tell", "schedule", "hand"] as const;

/** A flow of this installation, from scratch. */
export function NewFlowPage() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [name, setName] = useState("");
  const [template, setTemplate] = useState<string>("text");
  const isName = /^[a-z][a-z0-9-]{0,62}$/.test(name);
  return (
    <Page title={t("write.title")} about={t("write.about")}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isName) navigate(`/flows/local/${name}/edit?template=${template}`);
        }}
      >
        <Stack gap="md" maw={520}>
          <TextInput
            label={t("write.name")}
            description={t("write.nameAbout")}
            value={name}
            onChange={({ currentTarget }) => setName(currentTarget.value)}
            error={name !== "" && !isName ? t("write.nameWrong") : null}
            required
          />
          <Radio.Group label={t("write.begin")} value={template} onChange={setTemplate}>
            <Stack gap="xs" mt="xs">
              {beginnings.map((one) => (
                <Radio key={one} value={one} label={t(`write.template.${one}`)} />
              ))}
            </Stack>
          </Radio.Group>
          <Button type="submit" disabled={!isName} style={{ alignSelf: "flex-start" }}>
            {t("write.write")}
          </Button>
        </Stack>
      </form>
    </Page>
  );
}
