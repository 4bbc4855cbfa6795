import { Alert, Button, Checkbox, Group, Paper, Stack, Title } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link as Route, useLocation, useSearch } from "wouter";
import type { CollectionDetailsView } from "../../../api/contract/collection.js";
import type { ExaminedView } from "../../../api/contract/collection-source.js";
import type { PlanView } from "../../../api/contract/plan.js";
import type { JsonObject } from "../../../core/json.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { Refused } from "../../parts/pushed.js";
import { useRemote } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useAnswer } from "../../remote/use-answer.js";
import { ParameterForm } from "./parameter-form.js";
import { PlanPreview } from "./plan-view.js";
import { ChangedFiles, isUnsettled } from "./settlements.js";
import { type Change, type Settlements, toApplying, toPlanning, type Undertaking } from "./undertaking.js";

const changes: readonly string[] = [
  "install",
  "settings",
  "upgrade",
  "rollback",
  "uninstall",
] satisfies readonly Change[];

function isChange(word: string): word is Change {
  return changes.includes(word);
}

/** Installing, changing and taking away a collection: what is asked, what would happen, then doing it. */
export function ChangePage({ name, change }: { name: string; change: string }) {
  const { t } = useTranslation();
  const version = new URLSearchParams(useSearch()).get("version");
  const remote = useRemote<CollectionDetailsView>(`/api/v1/collections/${encodeURIComponent(name)}`);
  if (!isChange(change)) return <Nothing title={t("nowhere")} />;
  return (
    <Shown remote={remote}>
      {(collection) => (
        <Wizard
          subject={{ ...collection, source: null }}
          change={change}
          version={version}
          kept={collection.installed?.parameters ?? null}
        />
      )}
    </Shown>
  );
}

/** Installing a collection from where it is. */
export function SourcePage() {
  const { t } = useTranslation();
  const source = new URLSearchParams(useSearch()).get("source") ?? "";
  const { answer, problem, begin } = useAnswer(() =>
    request<ExaminedView>("/api/v1/collections/examine", { method: "POST", body: { source } }),
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once for each source.
  useEffect(() => begin(undefined), [source]);
  if (answer?.name) {
    const { name, title, parameters } = answer;
    return (
      <Wizard
        subject={{ name, title: title ?? name, parameters, flows: [], source }}
        change="install"
        version={null}
        kept={null}
      />
    );
  }
  return (
    <Page title={t("collections.elsewhere")} about={source}>
      {problem !== null && <Refused problem={problem} />}
      {answer?.problems.map(({ file, message, remedy }) => (
        <Alert key={`${file} ${message}`} color="red" title={`${file}: ${message}`}>
          {remedy}
        </Alert>
      ))}
    </Page>
  );
}

interface WizardProps {
  readonly subject: Pick<CollectionDetailsView, "name" | "title" | "parameters" | "flows"> & {
    readonly source: string | null;
  };
  readonly change: Change;
  readonly version: string | null;
  /** Parameters that are installed; null when it is not. */
  readonly kept: JsonObject | null;
}

function Wizard({ subject, change, version, kept }: WizardProps) {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const { name, title, source } = subject;
  const asks = change === "install" || change === "settings";
  const [undertaking, setUndertaking] = useState<Undertaking>({
    ...{ change, name, source, version, activate: [], acceptUnsigned: false, settlements: {} },
    parameters: asks ? (kept ?? {}) : {},
  });
  const planning = usePlanning();
  const applying = useAnswer(
    (hash: string) => {
      const { path, body } = toApplying(undertaking, hash);
      return request(path, { method: "POST", body });
    },
    () => {
      notifications.show({ message: t(`change.${change}.done`, { title }), color: "bay" });
      navigate(leadsTo(change, name));
    },
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: what asks nothing is planned at once.
  useEffect(() => {
    if (!asks) planning.begin(undertaking);
  }, []);
  const edit = (part: Partial<Undertaking>): void => {
    planning.reset();
    setUndertaking({ ...undertaking, ...part });
  };
  const settle = (settlements: Settlements): void => {
    const next = { ...undertaking, settlements };
    setUndertaking(next);
    planning.begin(next);
  };
  const { plan } = planning;
  const problem = applying.problem ?? planning.problem;
  const needsTrust = needsTrustOf(plan);
  const ready = !planning.busy && !isUnsettled(plan) && (undertaking.acceptUnsigned || !needsTrust);
  return (
    <Page title={t(`change.${change}.title`, { title })} about={t(`change.${change}.about`)}>
      <Stack gap="lg" maw={900}>
        {asks && <Questions {...{ subject, undertaking, edit, kept }} problems={planning.problem?.problems ?? []} />}
        {problem !== null && <Refused problem={problem} />}
        {plan !== null && (
          <>
            <ChangedFiles plan={plan} settlements={undertaking.settlements} settle={settle} />
            <PlanPreview plan={plan} />
          </>
        )}
        {needsTrust && (
          <Checkbox
            label={t("change.unsigned")}
            checked={undertaking.acceptUnsigned}
            onChange={({ currentTarget }) => setUndertaking({ ...undertaking, acceptUnsigned: currentTarget.checked })}
          />
        )}
        <Group gap="xs">
          {plan === null ? (
            <Button onClick={() => planning.begin(undertaking)} loading={planning.busy}>
              {t("change.see")}
            </Button>
          ) : (
            <Button
              onClick={() => applying.begin(plan.hash)}
              loading={applying.busy}
              disabled={!ready}
              color={change === "uninstall" ? "red.9" : "bay"}
            >
              {t(`change.${change}.do`)}
            </Button>
          )}
          <Button variant="default" component={Route} href={source === null ? `/collections/${name}` : "/collections"}>
            {t("change.leave")}
          </Button>
        </Group>
      </Stack>
    </Page>
  );
}

/** Where somebody goes who has done it. */
function leadsTo(change: Change, name: string): string {
  if (change === "uninstall") return "/collections";
  return change === "install" ? `/collections/${name}/installed` : `/collections/${name}`;
}

function needsTrustOf(plan: PlanView | null): boolean {
  return plan?.collections.some((each) => each.needsTrust) ?? false;
}

/** Asks what an undertaking would do; what was planned stays in sight while it is planned anew. */
function usePlanning() {
  const asked = useAnswer((wanted: Undertaking) => {
    const { path, body } = toPlanning(wanted);
    return request<PlanView>(path, { method: "POST", body });
  });
  const shown = useRef<PlanView | null>(null);
  if (asked.answer !== null || !asked.busy) shown.current = asked.answer;
  return { ...asked, plan: shown.current };
}

interface QuestionsProps extends Pick<WizardProps, "subject" | "kept"> {
  readonly undertaking: Undertaking;
  readonly edit: (part: Partial<Undertaking>) => void;
  readonly problems: readonly { readonly path: string; readonly message: string }[];
}

function Questions({ subject, undertaking, edit, kept, problems }: QuestionsProps) {
  const { t } = useTranslation();
  return (
    <Paper p="md">
      <Stack gap="lg">
        <ParameterForm
          schema={subject.parameters}
          values={undertaking.parameters}
          change={(parameters) => edit({ parameters })}
          problemOf={(name) => problems.find(({ path }) => path === `/${name}`)?.message ?? null}
          keeps={kept !== null}
        />
        {undertaking.change === "install" && subject.flows.length > 0 && (
          <section aria-label={t("change.activate")}>
            <Title order={2} mb={4}>
              {t("change.activate")}
            </Title>
            <Checkbox.Group
              value={[...undertaking.activate]}
              onChange={(activate) => edit({ activate })}
              description={t("change.activateAbout")}
            >
              <Stack gap={6} mt="xs">
                {subject.flows.map((flow) => (
                  <Checkbox key={flow} value={flow} label={flow} />
                ))}
              </Stack>
            </Checkbox.Group>
          </section>
        )}
      </Stack>
    </Paper>
  );
}
