import { Alert, Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLocation } from "wouter";
import { PasswordField } from "../../parts/password-field.js";
import { request } from "../../remote/request.js";
import { useEntry } from "../../remote/use-entry.js";
import { Entrance } from "./entrance.js";

/** Makes the first owner. The token comes behind the #, which browsers send to nobody. */
export function SetupForm() {
  const { t } = useTranslation();
  const [, navigate] = useLocation();
  const [token, setToken] = useState(window.location.hash.slice(1));
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const setUp = useEntry(
    () => request("/api/v1/setup", { method: "POST", body: { token: token.trim(), name, password } }),
    () => navigate("/first-steps", { replace: true }),
  );
  return (
    <Entrance title={t("setup.title")} about={t("setup.about")} enter={() => setUp.begin()}>
      <PasswordField kind="off" label={t("setup.token")} value={token} write={setToken} />
      <TextInput
        label={t("setup.name")}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        autoComplete="username"
        autoCapitalize="none"
        required
      />
      <PasswordField
        kind="new-password"
        label={t("setup.password")}
        description={t("setup.passwordAbout")}
        value={password}
        write={setPassword}
      />
      {setUp.problem !== null && (
        <Alert color="red" role="alert" title={setUp.problem.message}>
          {setUp.problem.remedy}
        </Alert>
      )}
      <Button type="submit" loading={setUp.busy}>
        {t("setup.make")}
      </Button>
    </Entrance>
  );
}
