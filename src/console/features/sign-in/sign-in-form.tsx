import { Alert, Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSearch } from "wouter";
import type { SignInWaysView } from "../../../api/contract/access.js";
import { PasswordField } from "../../parts/password-field.js";
import { forgetKey, keepKey, readKey } from "../../remote/key.js";
import { useRemote } from "../../remote/remote.js";
import { request } from "../../remote/request.js";
import { useEntry } from "../../remote/use-entry.js";
import { Entrance } from "./entrance.js";

/** Asks who somebody is: a user, or somebody with a key. */
export function SignInForm() {
  const [byKey, setByKey] = useState(readKey() !== null);
  const { t } = useTranslation();
  const change = () => setByKey(!byKey);
  const other = (
    <Anchor component="button" type="button" size="sm" onClick={change}>
      {t(byKey ? "door.withPassword" : "door.withKey")}
    </Anchor>
  );
  return byKey ? <KeyForm other={other} /> : <PasswordForm other={other} />;
}

function PasswordForm({ other }: { other: React.ReactNode }) {
  const { t } = useTranslation();
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const body = { name, password, ...(code.trim() !== "" && { code: code.trim() }) };
  const signIn = useEntry(() => request("/api/v1/sign-in", { method: "POST", body }));
  const needed = signIn.problem?.code === "SECOND_FACTOR_NEEDED";
  const asksCode = needed || code !== "";
  return (
    <Entrance title={t("door.title")} enter={() => signIn.begin()}>
      <TextInput
        label={t("door.name")}
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        autoComplete="username"
        autoCapitalize="none"
        required
        data-autofocus
      />
      <PasswordField kind="current-password" label={t("door.password")} value={password} write={setPassword} />
      {asksCode && (
        <TextInput
          label={t("door.code")}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          autoComplete="one-time-code"
          autoFocus
        />
      )}
      {signIn.problem !== null && !needed && (
        <Alert color="red" role="alert" title={signIn.problem.message}>
          {signIn.problem.remedy}
        </Alert>
      )}
      <Button type="submit" loading={signIn.busy}>
        {t("door.signIn")}
      </Button>
      <Provider />
      {other}
    </Entrance>
  );
}

/** The way by another system, where there is one. */
function Provider() {
  const { t } = useTranslation();
  const ways = useRemote<SignInWaysView>("/api/v1/sign-in");
  const refused = new URLSearchParams(useSearch()).get("sign-in") === "refused";
  const provider = ways.state === "ready" ? ways.value.provider : null;
  return (
    <>
      {refused && <Alert color="red" role="alert" title={t("door.refused")} />}
      {provider !== null && (
        <Button component="a" href="/api/v1/sign-in/provider" variant="default">
          {t("door.provider", { provider })}
        </Button>
      )}
    </>
  );
}

function KeyForm({ other }: { other: React.ReactNode }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [key, setKey] = useState("");
  const wrong = readKey() !== null && key === "";
  const enter = (): void => {
    if (key.trim() === "") forgetKey();
    else keepKey(key.trim());
    void queries.resetQueries();
  };
  return (
    <Entrance title={t("door.title")} about={t("door.aboutKey")} enter={enter}>
      <PasswordInput
        label={t("door.key")}
        value={key}
        onChange={({ currentTarget }) => setKey(currentTarget.value)}
        error={wrong ? t("door.wrong") : null}
        autoComplete="off"
        data-autofocus
      />
      <Button type="submit">{t("door.open")}</Button>
      {other}
    </Entrance>
  );
}
