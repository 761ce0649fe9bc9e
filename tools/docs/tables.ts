// The pages of the framework tables: published figures as data of the suites in examples/, and beside them what was
// measured here on the real models. A stand-in never gets in: only entries of measured.json of the kind "published" do.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openSuite, type RowResult, type SuiteRow, type SuiteTable } from "tersor";
import { generatedNote, table, type Page } from "./page.ts";

/** A line of measured.json: what `tersor run <suite> --row <id> --json` printed. */
export type Measured = RowResult;

const UNMEASURED = "not measured here";

const VALIDATED =
  "Published by Intel Neural Compressor for an Intel Xeon Platinum 8480+, 14 processes of 4 cores, batch 1, in samples " +
  "per second; the accuracy ratio is (INT8 - FP32) / FP32.";

const EXAMPLES =
  "Models for which Intel Neural Compressor has an example of quantization after training, and by which method; no figures " +
  "are published with it.";

/** The pages of a suite's tables, by the name of the table. */
const pages: Readonly<Record<string, { readonly file: string; readonly intro: string }>> = {
  "validated-onnx": {
    file: "tables/onnx.md",
    intro: VALIDATED,
  },
  "validated-onnx-qdq-hardware": {
    file: "tables/onnx-hardware.md",
    intro: "Accuracy of one QDQ model on four machines, published by Intel Neural Compressor.",
  },
  "validated-tensorflow": { file: "tables/tensorflow.md", intro: VALIDATED },
  "quantization-tensorflow": { file: "tables/tensorflow-transformers.md", intro: EXAMPLES },
  "validated-keras": { file: "tables/keras.md", intro: VALIDATED },
  "validated-pytorch-ptq": { file: "tables/pytorch.md", intro: VALIDATED },
  "quantization-pytorch": { file: "tables/pytorch-transformers.md", intro: EXAMPLES },
  "quantization-ipex": { file: "tables/pytorch-ipex.md", intro: EXAMPLES },
};

/** The pages of the tables of one suite. */
export async function tablePages(root: string, suite: string): Promise<readonly Page[]> {
  const folder = join(root, "examples", suite);
  const { tables } = await openSuite(folder);
  const measured = measuredOf(join(folder, "measured.json"));
  return tables.map((published) => pageOf(suite, published, measured));
}

function measuredOf(file: string): ReadonlyMap<string, Measured> {
  const entries = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as readonly Measured[]) : [];
  return new Map(entries.filter(({ kind }) => kind === "published").map((entry) => [entry.id, entry]));
}

function pageOf(suite: string, published: SuiteTable, measured: ReadonlyMap<string, Measured>): Page {
  const { file, intro } = pages[published.name]!;
  const notes = new Map<string, number>();
  for (const row of published.rows) for (const note of row.notes) if (!notes.has(note)) notes.set(note, notes.size + 1);
  const make = "accuracy_int8" in (published.rows[0]?.published ?? {}) ? accuracyTable : machineTable;
  const text = [
    `# ${published.title}`,
    generatedNote.replace("the code by", `\`examples/${suite}\` by`).replace("change the code", "change the suite"),
    `${intro} The columns "here" are measured on the real model with \`tersor run examples/${suite} --row <id>\` and kept in ` +
      `\`examples/${suite}/measured.json\`; what nobody measured yet says so. Rows on stand-ins ` +
      `(\`--stand-in\`) say whether a recipe holds, and give no figure for this page.`,
    make(published.rows, measured, notes),
    ...(notes.size === 0 ? [] : ["## Notes", [...notes].map(([note, number]) => `${number}. ${note}`).join("\n")]),
  ].join("\n\n");
  return { file, text: `${text}\n` };
}

type Notes = ReadonlyMap<string, number>;

function accuracyTable(rows: readonly SuiteRow[], measured: ReadonlyMap<string, Measured>, notes: Notes): string {
  const figures = ["INT8", "FP32", "accuracy ratio", "INT8 throughput", "FP32 throughput", "performance ratio"];
  const head = ["Row", "Model", "Example", "Metric", ...figures, ...figures.map((name) => `${name}, here`), "Notes"];
  const keys = [
    "accuracy_int8",
    "accuracy_fp32",
    "accuracy_ratio",
    "throughput_int8",
    "throughput_fp32",
    "throughput_ratio",
  ];
  const cells = rows.map((row) => [
    number(row),
    row.published["Model"] ?? "",
    row.published["Example"] ?? "",
    metricOf(row),
    ...keys.map((key) => row.published[key] ?? ""),
    ...measuredCells(measured.get(row.id)),
    notesOf(row, notes),
  ]);
  return table(head, cells);
}

/** Accuracy of both, their ratio; throughputs are measured by `tersor benchmark`, and stand apart. */
function measuredCells(entry: Measured | undefined): readonly string[] {
  const { int8, fp32 } = entry?.figures ?? {};
  const accuracy =
    int8 === undefined || fp32 === undefined
      ? [UNMEASURED, UNMEASURED, UNMEASURED]
      : [int8.toFixed(5), fp32.toFixed(5), ((int8 - fp32) / fp32).toFixed(5)];
  return [...accuracy, UNMEASURED, UNMEASURED, UNMEASURED];
}

function machineTable(rows: readonly SuiteRow[], measured: ReadonlyMap<string, Measured>, notes: Notes): string {
  const columns = new Set(rows.flatMap((row) => Object.keys(row.published)));
  const [modelColumn = "", ...machines] = columns;
  const head = [
    "Row",
    "Model",
    "Metric",
    ...machines.map((name) => name.replaceAll(" | ", ", ")),
    "INT8, here",
    "Notes",
  ];
  const cells = rows.map((row) => {
    const int8 = measured.get(row.id)?.figures?.int8;
    return [
      number(row),
      row.published[modelColumn] ?? "",
      metricOf(row),
      ...machines.map((name) => row.published[name] ?? ""),
      int8 === undefined ? UNMEASURED : figureLike(row, int8),
      notesOf(row, notes),
    ];
  });
  return table(head, cells);
}

/** A figure in the form of the published ones. */
function figureLike({ published }: SuiteRow, figure: number): string {
  const isShare = Object.values(published).some((text) => text.endsWith("%"));
  return isShare ? `${(100 * figure).toFixed(2)}%` : figure.toFixed(5);
}

/** The number of a row, and what tells it apart where a row of the table is several. */
function number({ id }: SuiteRow): string {
  return id.split("/").slice(1).join(", ");
}

function metricOf({ recipe: { metric = "accuracy" } }: SuiteRow): string {
  return typeof metric === "string" ? metric : metric.name;
}

function notesOf(row: SuiteRow, notes: Notes): string {
  return row.notes.map((note) => notes.get(note)).join(", ");
}
