import { Route, Switch } from "wouter";
import { FlowsPage } from "./features/flows/flows-page.js";
import { HomePage } from "./features/home/home-page.js";
import { NotificationsPage } from "./features/notifications/notifications-page.js";
import { RunPage } from "./features/runs/run-page.js";
import { RunsPage } from "./features/runs/runs-page.js";
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
        <Route>
          <Nothing title="There is no page here" />
        </Route>
      </Switch>
    </Shell>
  );
}
