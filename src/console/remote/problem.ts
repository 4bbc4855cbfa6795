import type { ProblemDocument } from "../../api/contract/problem.js";

/** What the server said when it refused or failed, or that it could not be reached. */
export class Problem extends Error {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  readonly remedy: string;
  readonly problems: ProblemDocument["problems"];

  constructor({ status, code, detail, remedy, problems }: Omit<ProblemDocument, "type" | "title" | "instance">) {
    super(detail);
    this.name = "Problem";
    this.status = status;
    this.code = code;
    this.remedy = remedy;
    this.problems = problems;
  }
}
