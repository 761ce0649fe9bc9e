// The one error class of the house. Every package adds constructor functions of its own; codes are literals.

/** Facts of an error, as data: what a program may want to read. */
export type ErrorData = Readonly<Record<string, unknown>>;

/**
 * The base of everything Tersor throws. `code` names the kind of error and never changes its meaning,
 * `message` says what is wrong, where, and what to do, `data` holds the same facts for programs.
 */
export class TersorError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly data: ErrorData;

  constructor(code: Code, message: string, data: ErrorData = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "TersorError";
    this.code = code;
    this.data = data;
  }
}

/** Whether `error` was thrown by Tersor, optionally with one code. */
export function isTersorError(error: unknown, code?: string): error is TersorError {
  return error instanceof TersorError && (code === undefined || error.code === code);
}
