/** One request, with its body read. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  readonly body: string;
}

/** Gives the form of a request; any other content type counts as no parameters at all, as at Twilio. */
export function toForm(request: ApiRequest): URLSearchParams {
  const isForm = request.contentType.toLowerCase().startsWith("application/x-www-form-urlencoded");
  return new URLSearchParams(isForm ? request.body : "");
}
