import { Route, Switch } from "wouter";
import { ChangePage, SourcePage } from "./features/collections/change-page.js";
import { CollectionPage } from "./features/collections/collection-page.js";
import { CollectionsPage } from "./features/collections/collections-page.js";
import { FlowsPage } from "./features/flows/flows-page.js";
import { HomePage } from "./features/home/home-page.js";
import { NotificationsPage } from "./features/notifications/notifications-page.js";
import { RunPage } from "./features/runs/run-page.js";
import { RunsPage } from "./features/runs/runs-page.js";
import { SimulatorPage } from "./features/simulator/simulator-page.js";
import { TimelinePage } from "./features/timeline/timeline-page.js";
import { Nothing } from "./parts/notice.js";
import { Shell } from "./shell/shell.js";

/** Which page is at which address. */
export function Pages() {
  return (
    <Shell>
      <Switch>
        <Route path="/" component={HomePage} />
        <Route path="/notifications" component={NotificationsPage} />
        <Route path="/runs" component={RunsPage} />
        <Route path="/runs/:id">{({ id }) => <RunPage id={id} />}</Route>
        <Route path="/timeline" component={TimelinePage} />
        <Route path="/flows" component={FlowsPage} />
        <Route path="/collections" component={CollectionsPage} />
        <Route path="/collections/from" component={SourcePage} />
        <Route path="/collections/:name">{({ name }) => <CollectionPage name={name} />}</Route>
        <Route path="/collections/:name/:change">
          {({ name, change }) => <ChangePage key={`${name} ${change}`} name={name} change={change} />}
        </Route>
        <Route path="/simulator" component={SimulatorPage} />
        <Route>
          <Nothing title="There is no page here" />
        </Route>
      </Switch>
    </Shell>
  );
}
