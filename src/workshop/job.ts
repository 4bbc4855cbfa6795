import type { NamedTest, ReportedTest } from "../collections/golden-report.js";
import type { MadeCollection, MakingOrder, Tested, TestOrder } from "../collections/workshop.js";
import type { ErrorCode } from "../core/error-catalogue.js";
import type { ErrorDetails } from "../core/errors.js";
import type { GoldenConfig } from "../open-golden.js";
import type { ReadingConfig } from "./check-with-required.js";

/** What is configured of a workshop. */
export type WorkshopConfig = ReadingConfig & GoldenConfig;

/** One piece of work for a process of its own. */
export type Job =
  | { readonly kind: "test"; readonly order: TestOrder }
  | { readonly kind: "make"; readonly order: MakingOrder };

/** What the process is sent, once. */
export interface JobMessage {
  readonly job: Job;
  readonly config: Pick<WorkshopConfig, keyof WorkshopConfig>;
  /** Memory of the whole process past which it gives up, in bytes. */
  readonly maxBytes: number;
}

/** What the process says: how far tests are, and one of the last three in the end. */
export type JobNews =
  | { readonly kind: "began"; readonly subject: Tested["subject"]; readonly tests: readonly NamedTest[] }
  | { readonly kind: "tested"; readonly test: ReportedTest }
  | { readonly kind: "done"; readonly result: Tested | MadeCollection }
  | { readonly kind: "failed"; readonly code: ErrorCode; readonly message: string; readonly details: ErrorDetails }
  | { readonly kind: "too-large" };
