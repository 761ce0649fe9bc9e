// tersor doctor: what is there to work with, what is missing, and how to install it.

import { createPaint, renderTable, type TerminalOptions } from "@tersor/evaluate";
import { runtimeInfo, type RuntimeInfo } from "@tersor/onnx";
import { packageVersion } from "../version.ts";
import { printable, type Printable } from "./report.ts";

/** One thing that Tersor works with. */
export interface Diagnosis {
  readonly name: string;
  readonly purpose: string;
  readonly usable: boolean;
  readonly version?: string;
  readonly problem?: string;
  /** What to do when it is not usable. */
  readonly advice?: string;
}

/** The state of an installation. */
export interface DoctorReport {
  /** Version of Tersor. */
  readonly version: string;
  readonly platform: string;
  readonly findings: readonly Diagnosis[];
  /** Whether models can be quantized, checked and measured here. */
  readonly ok: boolean;
}

const LEAST_NODE = [20, 19] as const;

/**
 * Looks at Node, the runtimes (each of ONNX is really loaded; TensorFlow's are looked for) and the packages for data.
 * @example console.log((await doctor()).toString());
 */
export async function doctor(): Promise<Printable<DoctorReport>> {
  const [runtimes, data, { installedRuntimes }] = await Promise.all([
    runtimeInfo(),
    dataFindings(),
    import("@tersor/tensorflow"),
  ]);
  const node = nodeFinding(process.versions.node);
  const findings = [node, ...runtimes.map(runtimeFinding), ...installedRuntimes(), ...data];
  const ok = node.usable && runtimes.some(({ usable }) => usable);
  const platform = `${process.platform} ${process.arch}`;
  return printable({ version: packageVersion(), platform, findings, ok }, (report) => renderDoctor(report));
}

/** The finding about a version of Node. */
export function nodeFinding(version: string): Diagnosis {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const usable = major > LEAST_NODE[0] || (major === LEAST_NODE[0] && minor >= LEAST_NODE[1]);
  const advice = `Tersor needs Node ${LEAST_NODE.join(".")} or newer: https://nodejs.org/`;
  return { name: "Node", purpose: "runs Tersor", usable, version, ...(!usable && { advice }) };
}

function runtimeFinding({ name, usable, version, problem, advice }: RuntimeInfo): Diagnosis {
  const purpose = name === "onnxruntime-node" ? "runs models" : "runs models where onnxruntime-node is missing";
  return {
    name,
    purpose,
    usable,
    ...(version !== undefined && { version }),
    ...(problem !== undefined && { problem }),
    ...(advice !== undefined && { advice }),
  };
}

/** The tokenizers come with @tersor/data and are loaded with it; sharp is optional. */
async function dataFindings(): Promise<readonly Diagnosis[]> {
  const texts = { name: "@huggingface/tokenizers", purpose: "reads texts" };
  try {
    const { imageSupport } = await import("@tersor/data");
    return [
      { name: "sharp", purpose: "reads images", ...(await imageSupport()) },
      { ...texts, usable: true },
    ];
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return [{ ...texts, usable: false, problem, advice: 'Run "npm install tersor" again.' }];
  }
}

/** A diagnosis as lines of text, ending with a newline. */
export function renderDoctor({ version, platform, findings, ok }: DoctorReport, looks: TerminalOptions = {}): string {
  const paint = createPaint(looks.color ?? false);
  const rows = findings.map((finding) => [
    finding.usable ? { text: "✓", meaning: "good" as const } : { text: "✗", meaning: "bad" as const },
    finding.name,
    finding.version ?? "–",
    finding.purpose,
  ]);
  const columns = [{ title: "" }, { title: "Package" }, { title: "Version" }, { title: "It" }];
  const table = renderTable(columns, rows, { paint, width: looks.width ?? 100 });
  const missing = findings
    .filter(({ usable }) => !usable)
    .flatMap(({ name, problem, advice }) => ["", `${paint("warn", name)} ${problem ?? ""}`, `  ${advice ?? ""}`]);
  const verdict = ok ? paint("good", "Ready to work.") : paint("bad", "Not ready: see above.");
  return `${[`tersor ${version} on ${platform}`, ...table, ...missing, "", verdict].join("\n")}\n`;
}
