// The journal of a search: JSON lines that are only ever appended, so that whatever ends the process loses at most the
// line it was writing. The first line says what the search is about, the others what became of each trial.

import type { Objectives, Trial, TrialOutcome, TuningConfig, TuningSearch } from "@tersor/core";
import { journalDamaged, journalOther } from "./errors.ts";
import { canonical } from "./space.ts";

/** Where the lines are kept: a file, or the memory of a test. */
export interface JournalStore {
  /** All text so far; empty when there is none. */
  read(): Promise<string>;
  /** Adds text to the end, as one write. */
  append(text: string): Promise<void>;
  /** Puts text in place of all there is, at once. */
  replace(text: string): Promise<void>;
}

/** What a search is about: facts that must be the same when it goes on, by the names that errors call them. */
export type Identity = Readonly<Record<string, unknown>>;

/** What is found out before the first trial, and kept so that a search that goes on sees the same. */
export interface Beginning {
  readonly search: TuningSearch;
  /** Facts of the caller, as JSON. */
  readonly facts?: unknown;
}

/** The first line. */
interface SearchRecord extends Beginning {
  readonly kind: "search";
  readonly version: 1;
  readonly identity: Identity;
}

/** A line about a trial. `at` counts the seconds of the search so far, over all its sessions. */
export type TrialRecord =
  | { readonly kind: "started"; readonly trial: number; readonly config: TuningConfig; readonly note?: string }
  | {
      readonly kind: "finished";
      readonly trial: number;
      readonly outcome: TrialOutcome;
      readonly seconds: number;
      readonly at: number;
    }
  /** Objectives that were measured with nothing else running. */
  | { readonly kind: "measured"; readonly trial: number; readonly objectives: Objectives; readonly at: number }
  | {
      readonly kind: "failed";
      readonly trial: number;
      readonly failure: NonNullable<Trial["failure"]>;
      readonly seconds: number;
      readonly at: number;
    };

/** A journal that was opened. */
export interface Journal extends Beginning {
  /** Records of earlier sessions. */
  readonly records: readonly TrialRecord[];
  append(record: TrialRecord): Promise<void>;
}

/**
 * Opens the journal of a search, or begins one. `begin` is only called when there is none.
 * @throws TUNE_JOURNAL_DAMAGED, TUNE_JOURNAL_OTHER when it was begun with another identity.
 */
export async function openJournal(
  store: JournalStore,
  identity: Identity,
  begin: () => Promise<Beginning>,
): Promise<Journal> {
  const { header, records } = await readJournal(store);
  const { search, facts } = header === undefined ? await beginJournal(store, identity, begin) : header;
  if (header !== undefined) assertSame(header.identity, identity);
  return { search, facts, records, append: (record) => store.append(lineOf(record)) };
}

async function beginJournal(store: JournalStore, identity: Identity, begin: () => Promise<Beginning>) {
  const record: SearchRecord = { kind: "search", version: 1, identity, ...(await begin()) };
  await store.replace(lineOf(record));
  // What JSON makes of it is what a later session will see.
  return JSON.parse(lineOf(record)) as SearchRecord;
}

function lineOf(record: SearchRecord | TrialRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** The records; a last line that was cut off is removed, so that what is appended begins a line of its own. */
async function readJournal(store: JournalStore) {
  const text = await store.read();
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) await store.replace(whole);
  const lines = whole.split("\n").slice(0, -1).map(parseLine);
  const [header, ...rest] = lines;
  if (header !== undefined && !isHeader(header)) throw journalDamaged(1, "it does not say what the search is about");
  return { header, records: rest.map((record, i) => trialRecord(record, i + 2)) };
}

function parseLine(line: string, index: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw journalDamaged(index + 1, "it is no JSON", error);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isHeader(value: unknown): value is SearchRecord {
  if (!isObject(value) || value["kind"] !== "search" || value["version"] !== 1) return false;
  const search = value["search"];
  if (!isObject(value["identity"]) || !isObject(search)) return false;
  return Array.isArray(search["dimensions"]) && Array.isArray(search["nodes"]) && isObject(search["goal"]);
}

/** What a record of each kind has beside its trial. */
const contents: Readonly<Record<TrialRecord["kind"], (record: Readonly<Record<string, unknown>>) => boolean>> = {
  started: ({ config }) => isObject(config) && isObject(config["settings"]) && Array.isArray(config["float"]),
  finished: ({ outcome, seconds, at }) => isOutcome(outcome) && isNumber(seconds) && isNumber(at),
  measured: ({ objectives, at }) => areNumbers(objectives) && isNumber(at),
  failed: ({ failure, seconds, at }) => isFailure(failure) && isNumber(seconds) && isNumber(at),
};

function trialRecord(value: unknown, line: number): TrialRecord {
  const kind = isObject(value) ? value["kind"] : undefined;
  if (!isObject(value) || typeof kind !== "string" || !Object.hasOwn(contents, kind))
    throw journalDamaged(line, "it is no record of a trial");
  const { trial } = value;
  if (!Number.isSafeInteger(trial) || Number(trial) < 0) throw journalDamaged(line, "it names no trial");
  if (!contents[kind as TrialRecord["kind"]](value))
    throw journalDamaged(line, `what it says of a trial ${kind} is not whole`);
  return value as unknown as TrialRecord;
}

function isOutcome(value: unknown): boolean {
  return isObject(value) && isNumber(value["metric"]) && areNumbers(value["objectives"]);
}

function isFailure(value: unknown): boolean {
  return isObject(value) && typeof value["code"] === "string" && typeof value["message"] === "string";
}

function areNumbers(value: unknown): boolean {
  return isObject(value) && Object.values(value).every(isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function assertSame(begun: Identity, now: Identity): void {
  const names = [...new Set([...Object.keys(begun), ...Object.keys(now)])];
  const differs = names.filter((name) => canonical(begun[name]) !== canonical(now[name]));
  if (differs.length > 0) throw journalOther(differs);
}

/** A journal that is forgotten with the process. */
export function memoryStore(text = ""): JournalStore {
  let kept = text;
  return {
    read: async () => kept,
    append: async (more) => void (kept += more),
    replace: async (all) => void (kept = all),
  };
}
