import { Button, Select, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import type { DataTypeView, TranslatorView } from "../../../api/contract/definitions.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { useRemoteList } from "../../remote/remote.js";
import { toSearch } from "../../remote/request.js";

/** A translator of this installation, from scratch. */
export function NewTranslatorPage() {
  const { t } = useTranslation();
  const types = useRemoteList<DataTypeView>("/api/v1/data-types", { limit: 200 });
  const translators = useRemoteList<TranslatorView>("/api/v1/translators", { limit: 200 });
  return (
    <Page title={t("newTranslator.title")} about={t("newTranslator.about")}>
      <Shown remote={types}>
        {({ items }) => <Shown remote={translators}>{(known) => <Form dataTypes={items} known={known.items} />}</Shown>}
      </Shown>
    </Page>
  );
}

function Form({ dataTypes, known }: { dataTypes: readonly DataTypeView[]; known: readonly TranslatorView[] }) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [name, setName] = useState("");
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const isName = /^[a-z][a-z0-9-]{0,62}$/.test(name);
  const isTaken = known.some((one) => one.name === `local/${name}`);
  const ready = isName && !isTaken && from !== null && to !== null;
  const wrong = isTaken ? t("newTranslator.taken") : t("write.nameWrong");
  const data = dataTypes.map((type) => type.name);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) navigate(`/translators/local/${name}${toSearch({ from, to })}`);
      }}
    >
      <Stack gap="md" maw={520}>
        <TextInput
          label={t("newTranslator.name")}
          description={t("newTranslator.nameAbout")}
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          error={name !== "" && (!isName || isTaken) ? wrong : null}
          required
        />
        <Select
          label={t("newTranslator.from")}
          description={t("newTranslator.fromAbout")}
          {...{ data, value: from, onChange: setFrom }}
          searchable
          required
        />
        <Select
          label={t("newTranslator.to")}
          description={t("newTranslator.toAbout")}
          {...{ data, value: to, onChange: setTo }}
          searchable
          required
        />
        <Button type="submit" disabled={!ready} style={{ alignSelf: "flex-start" }}>
          {t("newTranslator.write")}
        </Button>
      </Stack>
    </form>
  );
}
