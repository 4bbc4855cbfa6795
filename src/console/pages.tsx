import { Loader } from "@mantine/core";
import { lazy, Suspense } from "react";
import { Route, Switch } from "wouter";
import { AccessPage } from "./features/access/access-page.js";
import { FirstStepsPage } from "./features/access/first-steps-page.js";
import { AccountPage } from "./features/account/account-page.js";
import { AuditPage } from "./features/audit/audit-page.js";
import { ChangePage, SourcePage } from "./features/collections/change-page.js";
import { CollectionPage } from "./features/collections/collection-page.js";
import { CollectionsPage } from "./features/collections/collections-page.js";
import { InstalledPage } from "./features/collections/installed-page.js";
import { ConnectionPage } from "./features/connections/connection-page.js";
import { ConnectionsPage } from "./features/connections/connections-page.js";
import { FlowsPage } from "./features/flows/flows-page.js";
import { NewFlowPage } from "./features/flows/new-flow-page.js";
import { HomePage } from "./features/home/home-page.js";
import { ConversationPage } from "./features/messages/conversation-page.js";
import { ConversationsPage } from "./features/messages/conversations-page.js";
import { MessagesPage } from "./features/messages/messages-page.js";
import { NotificationsPage } from "./features/notifications/notifications-page.js";
import { PushPage } from "./features/records/push-page.js";
import { RecordPage } from "./features/records/record-page.js";
import { RecordsPage } from "./features/records/records-page.js";
import { RunPage } from "./features/runs/run-page.js";
import { RunsPage } from "./features/runs/runs-page.js";
import { SimulatorPage } from "./features/simulator/simulator-page.js";
import { TimelinePage } from "./features/timeline/timeline-page.js";
import { NewTranslatorPage } from "./features/translators/new-translator-page.js";
import { TranslatorsPage } from "./features/translators/translators-page.js";
import { PageFor } from "./parts/allowed.js";
import { Nothing } from "./parts/notice.js";
import { useMay } from "./remote/account.js";
import { Shell } from "./shell/shell.js";

/** What only few need comes when it is asked for. */
const FlowEditorPage = lazy(async () => ({
  default: (await import("./features/flow-editor/editor-page.js")).FlowEditorPage,
}));
const WorkbenchPage = lazy(async () => ({
  default: (await import("./features/workbench/workbench-page.js")).WorkbenchPage,
}));

/** Which page is at which address. */
export function Pages() {
  const may = useMay();
  return (
    <Shell>
      <Switch>
        <Route path="/" component={may("notifications:read") ? HomePage : ConversationsPage} />
        <Route path="/account" component={AccountPage} />
        <Route path="/access">
          <PageFor may="users:manage">
            <AccessPage />
          </PageFor>
        </Route>
        <Route path="/audit">
          <PageFor may="audit:read">
            <AuditPage />
          </PageFor>
        </Route>
        <Route path="/first-steps">
          <PageFor may="keys:manage">
            <FirstStepsPage />
          </PageFor>
        </Route>
        <Route path="/notifications" component={NotificationsPage} />
        <Route path="/runs" component={RunsPage} />
        <Route path="/runs/:id">{({ id }) => <RunPage id={id} />}</Route>
        <Route path="/timeline" component={TimelinePage} />
        <Route path="/flows" component={FlowsPage} />
        <Route path="/flows/new">
          <PageFor may="flows:change">
            <NewFlowPage />
          </PageFor>
        </Route>
        <Route path="/flows/:ns/:name/edit">
          {({ ns, name }) => (
            <PageFor may="flows:change">
              <Suspense fallback={<Loader role="status" />}>
                <FlowEditorPage key={`${ns}/${name}`} name={`${ns}/${name}`} />
              </Suspense>
            </PageFor>
          )}
        </Route>
        <Route path="/translators/new">
          <PageFor may="translators:change">
            <NewTranslatorPage />
          </PageFor>
        </Route>
        <Route path="/translators/:ns/:name">
          {({ ns, name }) => (
            <PageFor may="translators:try">
              <Suspense fallback={<Loader role="status" />}>
                <WorkbenchPage key={`${ns}/${name}`} name={`${ns}/${name}`} />
              </Suspense>
            </PageFor>
          )}
        </Route>
        <Route path="/collections" component={CollectionsPage} />
        <Route path="/collections/from">
          <PageFor may="collections:change">
            <SourcePage />
          </PageFor>
        </Route>
        <Route path="/collections/:name">{({ name }) => <CollectionPage name={name} />}</Route>
        <Route path="/collections/:name/installed">{({ name }) => <InstalledPage name={name} />}</Route>
        <Route path="/collections/:name/:change">
          {({ name, change }) => (
            <PageFor may="collections:change">
              <ChangePage key={`${name} ${change}`} name={name} change={change} />
            </PageFor>
          )}
        </Route>
        <Route path="/records" component={RecordsPage} />
        <Route path="/records/push" component={PushPage} />
        <Route path="/records/:ns/:type/:key">
          {({ ns, type, key }) => (
            <RecordPage key={key} dataType={`${ns}/${type}`} recordKey={decodeURIComponent(key)} />
          )}
        </Route>
        <Route path="/messages" component={MessagesPage} />
        <Route path="/conversations" component={ConversationsPage} />
        <Route path="/conversations/:id">{({ id }) => <ConversationPage key={id} id={id} />}</Route>
        <Route path="/connections" component={ConnectionsPage} />
        <Route path="/connections/:ns/:name">{({ ns, name }) => <ConnectionPage name={`${ns}/${name}`} />}</Route>
        <Route path="/translators" component={TranslatorsPage} />
        <Route path="/simulator" component={SimulatorPage} />
        <Route>
          <Nothing title="There is no page here" />
        </Route>
      </Switch>
    </Shell>
  );
}
