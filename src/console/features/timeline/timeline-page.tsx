import { Alert } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useSearch } from "wouter";
import type { TimelineView } from "../../../api/contract/timeline.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { useRemote } from "../../remote/remote.js";
import { TimelineEntries } from "./timeline-entries.js";

/** Everything around one thing, in one column. */
export function TimelinePage() {
  const { t } = useTranslation();
  const asked = Object.fromEntries(new URLSearchParams(useSearch()));
  const subject = Object.values(asked)[0];
  if (subject === undefined) {
    return (
      <Page title={t("timeline.title")} about={t("timeline.about")}>
        <Nothing title={t("timeline.ask")}>{t("timeline.askAbout")}</Nothing>
      </Page>
    );
  }
  return (
    <Page title={subject} about={t("timeline.about")}>
      <Entries asked={asked} />
    </Page>
  );
}

function Entries({ asked }: { asked: Readonly<Record<string, string>> }) {
  const { t } = useTranslation();
  const remote = useRemote<TimelineView>("/api/v1/timeline", asked);
  if (remote.state === "failed" && remote.problem.status === 404) {
    return <Nothing title={t("timeline.none")}>{t("timeline.noneAbout")}</Nothing>;
  }
  return (
    <Shown remote={remote}>
      {({ entries, truncated }) => (
        <>
          {truncated && <Alert color="orange">{t("timeline.truncated")}</Alert>}
          <TimelineEntries entries={entries} />
        </>
      )}
    </Shown>
  );
}
