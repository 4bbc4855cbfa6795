import { ActionIcon, Menu } from "@mantine/core";
import { ExitIcon, PersonIcon } from "@radix-ui/react-icons";
import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { useAccount } from "../remote/account.js";
import { forgetKey } from "../remote/key.js";
import { request } from "../remote/request.js";
import { useAct } from "../remote/use-act.js";

/** Who one is, and the way out. */
export function AccountMenu() {
  const { t } = useTranslation();
  const { kind, name, role } = useAccount();
  const [, navigate] = useLocation();
  const queries = useQueryClient();
  const leave = useAct(async () => {
    if (kind === "user") await request("/api/v1/sign-out", { method: "POST" });
    forgetKey();
    navigate("/", { replace: true });
    await queries.resetQueries();
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t("account.menu", { name })}>
          <PersonIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{role === null ? name : `${name} · ${role}`}</Menu.Label>
        <Menu.Item leftSection={<PersonIcon />} onClick={() => navigate("/account")}>
          {t("account.title")}
        </Menu.Item>
        {kind !== "machine" && (
          <Menu.Item leftSection={<ExitIcon />} onClick={() => leave.begin(undefined)}>
            {t("account.signOut")}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
