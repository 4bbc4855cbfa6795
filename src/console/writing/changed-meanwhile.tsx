import { Alert, Button } from "@mantine/core";
import { useTranslation } from "react-i18next";

/** Says that somebody else has saved, and offers what that was. */
export function ChangedMeanwhile({ take }: { take: () => void }) {
  const { t } = useTranslation();
  return (
    <Alert color="orange" title={t("save.meanwhile")}>
      <Button size="xs" variant="light" color="orange" onClick={take}>
        {t("save.take")}
      </Button>
    </Alert>
  );
}
