import type { ReactNode } from "react";
import type { Permission } from "../../core/permission.js";
import { useMay } from "../remote/account.js";
import { Refusal } from "./notice.js";

/** What is only there for those who may do it. */
export function Allowed({ to, children }: { to: Permission; children: ReactNode }) {
  return useMay()(to) ? children : null;
}

/** A page for those who may see it; the others are told so. */
export function PageFor({ may, children }: { may: Permission; children: ReactNode }) {
  return useMay()(may) ? children : <Refusal />;
}
