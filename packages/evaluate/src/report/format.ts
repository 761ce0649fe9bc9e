// Numbers as people read them. A number that is not there is "–", never 0.

/** What stands where there is no number. */
export const none = "–";

/** 1234567 as "1.23 MB" (powers of 1000, as file systems and download pages have them). */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 2)} ${units[power]}`;
}

/** 0.7218 as "72.18%". */
export function formatPercent(share: number): string {
  return Number.isFinite(share) ? `${withSignOfZero((100 * share).toFixed(2))}%` : none;
}

/** 0.0016 as "+0.16%", -0.0016 as "-0.16%". */
export function formatChange(share: number): string {
  const text = formatPercent(share);
  return Number.isFinite(share) && share > 0 && text !== "0.00%" ? `+${text}` : text;
}

/** 2.0911 as "2.09x". */
export function formatTimes(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}x` : none;
}

/** Decibels; equal tensors have "∞". */
export function formatDb(db: number): string {
  if (Number.isNaN(db)) return none;
  return Number.isFinite(db) ? `${db.toFixed(1)} dB` : db > 0 ? "∞ dB" : "-∞ dB";
}

/** Milliseconds with three digits: "12.3 ms". */
export function formatMs(ms: number): string {
  return Number.isFinite(ms) ? `${ms >= 100 ? ms.toFixed(0) : ms.toPrecision(3)} ms` : none;
}

/** A number of no known unit with four digits, such as an error. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : none;
}

/** 4123456789 as "4.12 G". */
export function formatCount(count: number): string {
  if (!Number.isFinite(count)) return none;
  const units = ["", " k", " M", " G", " T", " P"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(count, 1)) / 3)));
  return `${(count / 1000 ** power).toFixed(power === 0 ? 0 : 2)}${units[power]}`;
}

/** "-0.00" is "0.00". */
function withSignOfZero(text: string): string {
  return /^-0\.?0*$/.test(text) ? text.slice(1) : text;
}
