import { createContext, useContext } from "react";
import type { AccountView } from "../../api/contract/access.js";
import type { Permission } from "../../core/permission.js";

/** Who looks at the console; set by the door, behind which everything is. */
export const AccountContext = createContext<AccountView | null>(null);

export function useAccount(): AccountView {
  const account = useContext(AccountContext);
  if (account === null) throw new Error("what needs the account stands behind the door");
  return account;
}

/** Gives whether the viewer may do something: what one may not is not offered. */
export function useMay(): (permission: Permission) => boolean {
  const { may } = useAccount();
  return (permission) => may.includes(permission);
}
