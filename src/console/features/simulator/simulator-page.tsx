import { Box, Flex, Text } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SimulatorView } from "../../../api/contract/simulator.js";
import { Allowed } from "../../parts/allowed.js";
import { Nothing, Shown } from "../../parts/notice.js";
import { Page } from "../../parts/page.js";
import { useRemote } from "../../remote/remote.js";
import { Phone } from "./phone.js";
import { PushPanel } from "./push-panel.js";

/** Delivery takes about a second here, and nobody tells. */
const EVERY_MS = 1_000;

/** Customers' phones as they would look, and an order to push beside them. */
export function SimulatorPage() {
  const { t } = useTranslation();
  const remote = useRemote<SimulatorView>("/api/v1/simulator", {}, { everyMs: EVERY_MS });
  if (remote.state === "failed" && remote.problem.status === 404) {
    return (
      <Page title={t("simulator.title")}>
        <Nothing title={t("simulator.absent")}>{t("simulator.absentAbout")}</Nothing>
      </Page>
    );
  }
  return (
    <Page title={t("simulator.title")} about={t("simulator.about")}>
      <Shown remote={remote}>{(simulator) => <Both simulator={simulator} />}</Shown>
    </Page>
  );
}

function Both({ simulator: { phones, samples } }: { simulator: SimulatorView }) {
  const { t } = useTranslation();
  return (
    <Flex gap="lg" align="flex-start" direction={{ base: "column", lg: "row" }}>
      <Allowed to="records:push">
        <Box w={{ base: "100%", lg: 440 }} style={{ flexShrink: 0 }}>
          <PushPanel samples={samples} />
        </Box>
      </Allowed>
      <Box flex={1} miw={0} w="100%">
        {phones.length === 0 ? (
          <Nothing title={t("simulator.noPhones")}>{t("simulator.noPhonesAbout")}</Nothing>
        ) : (
          <ul className="phones" aria-label={t("simulator.phones")}>
            {phones.map((phone) => (
              <Phone key={phone.number} phone={phone} />
            ))}
          </ul>
        )}
        <Text size="xs" c="dimmed" mt="md">
          {t("simulator.nothingLeaves")}
        </Text>
      </Box>
    </Flex>
  );
}
