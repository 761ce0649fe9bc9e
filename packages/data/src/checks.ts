// Checks of single options in descriptions of data, which come from files where no compiler has looked at them.

/** Whether a value may stand for an option. */
export type Check = (value: unknown) => boolean;

export const isText: Check = (value) => typeof value === "string";
export const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
export const isFlag: Check = (value) => typeof value === "boolean";
/** A name or an index. */
export const isColumn: Check = (value) => isText(value) || (Number.isSafeInteger(value) && Number(value) >= 0);
export const isMap: Check = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** A list of what one check lets through. */
export function listOf(check: Check): Check {
  return (value) => Array.isArray(value) && value.every(check);
}

/** One of some texts. */
export function isOneOf(...values: readonly string[]): Check {
  return (value) => values.some((known) => known === value);
}

/** What any of several checks lets through. */
export function either(...checks: readonly Check[]): Check {
  return (value) => checks.some((check) => check(value));
}

/** An object all of whose values one check lets through. */
export function mapOf(check: Check): Check {
  return (value) => isMap(value) && Object.values(value as object).every(check);
}
