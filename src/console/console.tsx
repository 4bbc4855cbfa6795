import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Door } from "./features/sign-in/door.js";
import { readNonce } from "./page-facts.js";
import { Pages } from "./pages.js";
import { Problem } from "./remote/problem.js";
import { theme } from "./theme.js";

/** Whether asking again may help: not when the server has understood and refused. */
function mayHelp(failures: number, error: Error): boolean {
  return failures < 3 && !(error instanceof Problem && error.status < 500);
}

const queries = new QueryClient({
  defaultOptions: { queries: { retry: mayHelp, staleTime: 2_000, refetchOnWindowFocus: true } },
});

/** Everything a page stands on. */
export function Console() {
  const { t } = useTranslation();
  const closeButtonProps = { "aria-label": t("close") };
  const components = { ...theme.components, Notification: { defaultProps: { closeButtonProps } } };
  return (
    <MantineProvider theme={{ ...theme, components }} defaultColorScheme="auto" getStyleNonce={readNonce}>
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <Door>
          <Pages />
        </Door>
      </QueryClientProvider>
    </MantineProvider>
  );
}
