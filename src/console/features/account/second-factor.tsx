import { Alert, Button, Code, Stack, Text, TextInput, Title } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import type { FactorOfferView, RecoveryCodesView } from "../../../api/contract/access.js";
import { PasswordField } from "../../parts/password-field.js";
import { Refused } from "../../parts/pushed.js";
import { useAccount } from "../../remote/account.js";
import { request } from "../../remote/request.js";
import { useAct } from "../../remote/use-act.js";
import { useAnswer } from "../../remote/use-answer.js";
import { QrCode } from "./qr-code.js";

const path = "/api/v1/account/second-factor";

/** Codes of one's phone: sets them up, or takes them away. */
export function SecondFactor() {
  const { t } = useTranslation();
  const { secondFactor, recoveryCodes } = useAccount();
  const [offer, setOffer] = useState<FactorOfferView | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const state = t(secondFactor ? "account.factorOn" : "account.factorOff", { count: recoveryCodes });
  return (
    <Stack gap="sm" component="section" aria-label={t("account.factor")}>
      <Title order={2}>{t("account.factor")}</Title>
      <Text size="sm">{state}</Text>
      {codes !== null && <RecoveryCodes codes={codes} />}
      {secondFactor && <Remove />}
      {!secondFactor && offer === null && <Begin begun={setOffer} />}
      {!secondFactor && offer !== null && <Confirm offer={offer} confirmed={setCodes} />}
    </Stack>
  );
}

function Begin({ begun }: { begun: (offer: FactorOfferView) => void }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const body = { password };
  const begin = useAnswer(() => request<FactorOfferView>(`${path}/begin`, { method: "POST", body }), begun);
  return (
    <Proof password={password} setPassword={setPassword} enter={() => begin.begin(undefined)}>
      {begin.problem !== null && <Refused problem={begin.problem} />}
      <Button type="submit" loading={begin.busy} style={{ alignSelf: "flex-start" }}>
        {t("account.begin")}
      </Button>
    </Proof>
  );
}

function Confirm({ offer, confirmed }: { offer: FactorOfferView; confirmed: (codes: readonly string[]) => void }) {
  const { t } = useTranslation();
  const [code, setCode] = useState("");
  const confirm = useAnswer(
    () => request<RecoveryCodesView>(`${path}/confirm`, { method: "POST", body: { code } }),
    ({ recoveryCodes }) => confirmed(recoveryCodes),
  );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirm.begin(undefined);
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t("account.scan")}</Text>
        <QrCode text={offer.uri} label={t("account.qr")} />
        <Text size="sm">
          {t("account.secret")}: <Code>{offer.secret}</Code>
        </Text>
        <TextInput
          label={t("account.code")}
          value={code}
          onChange={({ currentTarget }) => setCode(currentTarget.value)}
          autoComplete="one-time-code"
          inputMode="numeric"
          required
        />
        {confirm.problem !== null && <Refused problem={confirm.problem} />}
        <Button type="submit" loading={confirm.busy}>
          {t("account.confirm")}
        </Button>
      </Stack>
    </form>
  );
}

function RecoveryCodes({ codes }: { codes: readonly string[] }) {
  const { t } = useTranslation();
  return (
    <Alert color="bay" title={t("account.recovery")} role="status">
      <Text size="sm" mb="xs">
        {t("account.recoveryAbout")}
      </Text>
      <Code block>{codes.join("\n")}</Code>
    </Alert>
  );
}

function Remove() {
  const { t } = useTranslation();
  const [password, setPassword] = useState("");
  const remove = useAct(
    () => request(`${path}/remove`, { method: "POST", body: { password } }),
    () => t("account.removed"),
  );
  return (
    <Proof password={password} setPassword={setPassword} enter={() => remove.begin(undefined)}>
      <Button type="submit" variant="default" loading={remove.busy} style={{ alignSelf: "flex-start" }}>
        {t("account.remove")}
      </Button>
    </Proof>
  );
}

function Proof({
  password,
  setPassword,
  enter,
  children,
}: {
  password: string;
  setPassword: (password: string) => void;
  enter: () => void;
  children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    enter();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" maw={420}>
        <PasswordField kind="current-password" label={t("door.password")} value={password} write={setPassword} />
        {children}
      </Stack>
    </form>
  );
}
