import { inspect } from "node:util";
import { expect } from "chai";
import type { ErrorCode } from "../../src/core/error-catalogue.js";
import { PatchbayError } from "../../src/core/errors.js";

/** Gives the error of a promise that must fail with this code. */
export async function failed(promise: Promise<unknown>, code: ErrorCode): Promise<PatchbayError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!("error" in outcome)) throw new Error(`expected ${code}, but it gave ${inspect(outcome.value)}`);
  return requireCode(outcome.error, code);
}

/** Gives the error of a function that must throw with this code. */
export function thrown(run: () => unknown, code: ErrorCode): PatchbayError {
  let value: unknown;
  try {
    value = run();
  } catch (error) {
    return requireCode(error, code);
  }
  throw new Error(`expected ${code}, but it gave ${inspect(value)}`);
}

function requireCode(error: unknown, code: ErrorCode): PatchbayError {
  if (!(error instanceof PatchbayError)) throw error;
  expect(error.code, error.message).to.equal(code);
  return error;
}
