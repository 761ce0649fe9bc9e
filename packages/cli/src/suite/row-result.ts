// What a run of a row gives: one object of plain data, with the figures and whether the row held.

import { isTersorError, type Machine, type Report } from "@tersor/core";
import type { Condition, Judgement } from "./judge.ts";
import type { DataDescription, SuiteRow } from "./suite.ts";

/** What was replaced so that a row could run without its model and data. */
export interface Replaced {
  readonly model: string;
  readonly calibration: DataDescription;
  readonly evaluation: DataDescription;
  readonly labels: string;
}

/** Figures of a row. On stand-ins the metric says how far quantized and float model agree, and no more. */
export interface RowFigures {
  readonly metric: string;
  readonly higherIsBetter: boolean;
  readonly int8: number;
  readonly fp32: number;
  readonly samples: number;
  /** Share of the multiply-accumulates that are integer. */
  readonly macShare: number;
  /** Of the output that keeps least. */
  readonly sqnrDb?: number;
  readonly sizeBytes: number;
  readonly fp32SizeBytes: number;
}

/** One row that was run. */
export interface RowResult {
  readonly id: string;
  /** Whether every condition held: the runner's judgement, not the recipe's. */
  readonly ok: boolean;
  readonly model: string;
  readonly example: string;
  /** "stand-in": no figure here is one of the published model. */
  readonly kind: "stand-in" | "published";
  readonly replaced?: Replaced;
  readonly conditions: readonly Condition[];
  /** Where it was measured, for rows that ran as published. */
  readonly machine?: Machine;
  readonly figures?: RowFigures;
  readonly error?: { readonly code: string; readonly message: string };
  readonly seconds?: number;
}

/** A row that ran on stand-ins. */
export function standInRow(row: SuiteRow, report: Report, judgement: Judgement, replaced: Replaced): RowResult {
  return { ...headOf(row, "stand-in"), replaced, ...judged(report, judgement) };
}

/** A row that ran as published. */
export function publishedRow(row: SuiteRow, report: Report, judgement: Judgement): RowResult {
  return { ...headOf(row, "published"), machine: report.machine, ...judged(report, judgement) };
}

/** A row that did not come to its end. */
export function failedRow(row: SuiteRow, kind: RowResult["kind"], error: unknown): RowResult {
  const message = error instanceof Error ? error.message : String(error);
  const condition: Condition = { name: "steps", ok: false, detail: message };
  const code = isTersorError(error) ? error.code : "UNKNOWN";
  return { ...headOf(row, kind), ok: false, conditions: [condition], error: { code, message } };
}

function headOf({ id, model, example }: SuiteRow, kind: RowResult["kind"]) {
  return { id, ok: false, model: model.title, example, kind };
}

function judged(report: Report, { conditions, macShare, sqnrDb }: Judgement) {
  const { evaluation, model, output } = report;
  const figures = evaluation && {
    metric: evaluation.int8.metric,
    higherIsBetter: evaluation.int8.higherIsBetter,
    int8: evaluation.int8.value,
    fp32: evaluation.fp32.value,
    samples: evaluation.int8.count,
    macShare: Number(macShare.toFixed(4)),
    ...(sqnrDb !== undefined && { sqnrDb: Number(sqnrDb.toFixed(2)) }),
    sizeBytes: output[0]?.sizeBytes ?? 0,
    fp32SizeBytes: model.sizeBytes,
  };
  return { ok: conditions.length > 1 && conditions.every(({ ok }) => ok), conditions, ...(figures && { figures }) };
}
