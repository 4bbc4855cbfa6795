import type { ApiKeyView, UserView } from "../../../api/contract/access.js";
import { useRemoteList } from "../../remote/remote.js";

/** Names of users and keys by their ids: the log itself has only ids, which outlive the names. */
export function useNames(): ReadonlyMap<string, string> {
  const users = useRemoteList<UserView>("/api/v1/users", { limit: 200 });
  const keys = useRemoteList<ApiKeyView>("/api/v1/keys", { limit: 200 });
  return new Map(
    [users, keys].flatMap((remote) =>
      remote.state === "ready" ? remote.value.items.map(({ id, name }) => [id, name] as const) : [],
    ),
  );
}
