import type { ReactNode } from "react";
import { useLocation } from "wouter";
import type { AccountView } from "../../../api/contract/access.js";
import { Shown } from "../../parts/notice.js";
import { AccountContext } from "../../remote/account.js";
import { useRemote } from "../../remote/remote.js";
import { SetupForm } from "./setup-form.js";
import { SignInForm } from "./sign-in-form.js";

/** Lets those in whom the server knows; asks the others who they are. */
export function Door({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  const asked = useRemote<AccountView>("/api/v1/account");
  const code = asked.state === "failed" ? asked.problem.code : null;
  if (location === "/setup" || code === "SETUP_NEEDED") return <SetupForm />;
  if (asked.state === "failed" && asked.problem.status === 401) return <SignInForm />;
  return (
    <Shown remote={asked}>
      {(account) => <AccountContext.Provider value={account}>{children}</AccountContext.Provider>}
    </Shown>
  );
}
