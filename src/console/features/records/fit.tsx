import { Alert, Skeleton } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import type { DocumentCheckView } from "../../../api/contract/definitions.js";
import { isJsonObject, type Json } from "../../../core/json.js";
import { Problems } from "../../parts/pushed.js";
import type { Problem } from "../../remote/problem.js";
import { request } from "../../remote/request.js";

/** How long somebody has stopped typing before the server is asked, in milliseconds. */
const PAUSE_MS = 300;

/** What of a document does not fit its data type, said while it is written. Nothing while it is no document yet. */
export function Fit({ dataType, document }: { dataType: string; document: Json | undefined }) {
  const { t } = useTranslation();
  const [settled] = useDebouncedValue(document, PAUSE_MS);
  const asked = useQuery<DocumentCheckView, Problem>({
    queryKey: ["document-check", dataType, settled],
    queryFn: ({ signal }) => request(`/api/v1/data-types/${dataType}/check`, { method: "POST", body: settled, signal }),
    enabled: dataType !== "" && isJsonObject(settled),
    placeholderData: keepPreviousData,
  });
  if (dataType === "" || !isJsonObject(document) || asked.error !== null) return null;
  if (asked.data === undefined) return <Skeleton h={52} />;
  const { problems } = asked.data;
  if (problems.length === 0) return <Alert color="green">{t("records.fits", { type: dataType })}</Alert>;
  return (
    <Alert color="orange" title={t("records.fitsNot", { count: problems.length, type: dataType })} aria-live="polite">
      <Problems problems={problems} />
    </Alert>
  );
}
