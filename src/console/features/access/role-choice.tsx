import { Select } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { Role } from "../../../core/caller.js";

const roles: readonly Role[] = ["owner", "integrator", "operator", "agent", "push", "read"];

/** Chooses a role, with what it means. */
export function RoleChoice({
  label,
  value,
  onChange,
  hideLabel = false,
  disabled = false,
}: {
  label: string;
  value: Role;
  onChange: (role: Role) => void;
  hideLabel?: boolean;
  disabled?: boolean;
}) {
  const { t } = useTranslation();
  return (
    <Select
      {...(hideLabel ? { "aria-label": label } : { label })}
      data={roles.map((role) => ({ value: role, label: t(`access.roles.${role}`) }))}
      value={value}
      onChange={(chosen) => chosen !== null && onChange(chosen as Role)}
      allowDeselect={false}
      disabled={disabled}
      miw={260}
    />
  );
}
