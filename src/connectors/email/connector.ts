import type { Connector } from "../../core/connector.js";
import type { Http } from "../../http/http.js";
import { defineConnector } from "../define-connector.js";
import { createEmailClient, type EmailClient } from "./client.js";
import { sendEmail } from "./endpoints/send-email.js";
import { type EmailSettings, emailSettingsSchema, requireSensible } from "./settings.js";

/** Makes the connector for e-mail: messages out by any mail server that speaks SMTP. */
export function createEmailConnector({ http }: { http: Pick<Http, "connect"> }): Connector {
  return defineConnector<EmailSettings, EmailClient>({
    key: "email",
    title: "E-mail (SMTP)",
    settings: emailSettingsSchema,
    endpoints: [sendEmail],
    webhooks: [],
    connect: (settings) => {
      requireSensible(settings);
      return createEmailClient(settings, http);
    },
    disconnect: (client) => client.close(),
  });
}
