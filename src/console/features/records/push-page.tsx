import { Button, Group, Select, Stack } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { DataTypeView } from "../../../api/contract/definitions.js";
import type { AcceptedView } from "../../../api/contract/record.js";
import { JsonField, readJson } from "../../parts/json-input.js";
import { Link } from "../../parts/link.js";
import { Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Pushed, Refused } from "../../parts/pushed.js";
import { useRemoteList } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";
import { useFilters } from "../../remote/use-filters.js";
import { Fit } from "./fit.js";

/** A record that somebody pastes. */
export function PushPage() {
  const { t } = useTranslation();
  const [{ type = "" }, change] = useFilters(["type"]);
  const [text, setText] = useState("");
  const types = useRemoteList<DataTypeView>("/api/v1/data-types", { limit: 200 });
  const document = readJson(text);
  const push = useAnswer(() => request<AcceptedView>(`/api/v1/records/${type}`, { method: "POST", body: document }));
  const accepted = push.answer;
  return (
    <Page title={t("records.push")} about={t("records.pushAbout")}>
      <Shown remote={types}>
        {({ items }) => (
          <Stack gap="md" maw={800}>
            <Select
              label={t("records.type")}
              data={items.map(({ name }) => name)}
              value={type}
              onChange={(chosen) => change({ type: chosen })}
              searchable
            />
            <JsonField
              label={t("records.document")}
              minRows={14}
              value={text}
              onChange={setText}
              validationError={t("json.invalid")}
            />
            <Fit dataType={type} document={text === "" ? undefined : document} />
            {push.problem !== null && <Refused problem={push.problem} />}
            {accepted !== null && <Pushed accepted={accepted} />}
            <Group>
              <Button
                onClick={() => push.begin(undefined)}
                loading={push.busy}
                disabled={type === "" || document === undefined || text === ""}
              >
                {t("simulator.pushIt")}
              </Button>
              {accepted !== null && accepted.verdict !== "quarantined" && (
                <Link to={`/records/${type}/${encodeURIComponent(accepted.key)}`}>{t("records.see")}</Link>
              )}
            </Group>
          </Stack>
        )}
      </Shown>
    </Page>
  );
}
