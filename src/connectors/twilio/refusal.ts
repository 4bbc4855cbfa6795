import type { ErrorCode } from "../../core/error-catalogue.js";
import { type ErrorDetails, PatchbayError } from "../../core/errors.js";
import { errorMeaning } from "./error-dictionary.js";

/** Errors whose remedy is about all payloads or connections; Twilio's code has one about this very problem. */
const general: readonly ErrorCode[] = ["PAYLOAD_INVALID", "ENDPOINT_MISCONFIGURED", "MEDIA_INVALID"];

/**
 * Refuses before Twilio does, with the code that Twilio would answer (`details.vendorCode`), so that whoever knows Twilio's
 * codes reads the same one whether a request was made or not.
 */
export function refusal(
  code: ErrorCode,
  vendorCode: number,
  { message, ...details }: ErrorDetails & { readonly message: string },
): PatchbayError {
  const remedy = general.includes(code) ? errorMeaning(vendorCode)?.remedy : undefined;
  return new PatchbayError(code, message, {
    ...details,
    vendorCode: String(vendorCode),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Refuses a member of the payload. */
export function invalidMember(path: string, vendorCode: number, problem: string): PatchbayError {
  const problems = [{ path, message: problem }];
  return refusal("PAYLOAD_INVALID", vendorCode, { message: `${path} ${problem}`, problems });
}

/** Adds Twilio's code to an error that was made where Twilio is not known. */
export function withVendorCode(error: unknown, codes: Partial<Record<ErrorCode, number>>): unknown {
  if (!(error instanceof PatchbayError)) return error;
  const vendorCode = codes[error.code];
  if (vendorCode === undefined) return error;
  return new PatchbayError(error.code, error.message, { ...error.details, vendorCode: String(vendorCode) });
}
