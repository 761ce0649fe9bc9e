// How to make it again, where it was made, and what the reader should know.

import type { Report } from "@tersor/core";
import { formatBytes } from "../format.ts";
import { renderJson } from "../json.ts";
import { empty, html, preformatted, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

const FIRST = 5;
const MOST = 1000;

/** What the reader must know before all else. */
export function warningList({ warnings }: Report): Html {
  if (warnings.length === 0) return empty;
  return html`<ul class="warnings" aria-label="Warnings">
    ${warnings.map((text) => html`<li><b>Warning</b> ${text}</li>`)}
  </ul>`;
}

/** Remarks, the first of them at once. */
export function noteSection({ notes }: Report): Section | undefined {
  if (notes.length === 0) return undefined;
  const list = (texts: readonly string[]) =>
    html`<ul class="notes">
      ${texts.map((text) => html`<li>${text}</li>`)}
    </ul>`;
  const more = notes.slice(FIRST, MOST);
  const body = html`${list(notes.slice(0, FIRST))}
  ${
    more.length > 0 &&
    html`<details>
      <summary>${notes.length - FIRST} more</summary>
      ${list(more)}
    </details>`
  }`;
  return { id: "notes", title: "Notes", body };
}

/** The recipe as text; as JSON where no text is given. */
export function recipeSection({ recipe }: Report, text?: string): Section | undefined {
  if (recipe === undefined) return undefined;
  const body = html`<p>Save it as <code>recipe.yaml</code> and run <code>tersor run recipe.yaml</code>.</p>
    <pre tabindex="0" aria-label="Recipe"><code>${preformatted(text ?? renderJson(recipe as object))}</code></pre>`;
  return { id: "recipe", title: "Recipe to reproduce it", body };
}

/** Machine, versions, files and times. */
export function machineSection({ machine, output, model, seconds }: Report): Section {
  const { cpu, cores, platform, node, runtime } = machine;
  const times = Object.entries(seconds).map(([stage, value]) => `${stage} ${value.toFixed(1)} s`);
  const facts: readonly (readonly [string, string])[] = [
    ["Processor", `${cpu}, ${cores} cores, ${platform}`],
    ["Software", `Node ${node}, ${runtime}`],
    ["Source", `${model.path}, ${formatBytes(model.sizeBytes)}${shaText(model.sha256)}`],
    ...output.map((file) => ["Output", outputText(file)] as const),
    ["Time", times.join(", ")],
  ];
  const body = html`<dl class="facts">
    ${facts
      .filter(([, text]) => text !== "")
      .map(
        ([name, text]) =>
          html`<div>
            <dt>${name}</dt>
            <dd>${text}</dd>
          </div>`,
      )}
  </dl>`;
  return { id: "machine", title: "Machine, versions and files", body };
}

function outputText({ path, sizeBytes, format, sha256, dataFiles = [] }: Report["output"][number]): string {
  const beside = dataFiles.length > 0 ? `, with ${dataFiles.join(", ")}` : "";
  return `${path}, ${format}, ${formatBytes(sizeBytes)}${beside}${shaText(sha256)}`;
}

function shaText(sha256: string | undefined): string {
  return sha256 === undefined ? "" : `, SHA-256 ${sha256}`;
}
