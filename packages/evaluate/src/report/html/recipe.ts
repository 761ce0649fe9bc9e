// How to make it again, where it was made, and what the reader should know.

import type { Report } from "@tersor/core";
import { formatBytes } from "../format.ts";
import { renderJson } from "../json.ts";
import { empty, html, preformatted, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

const FIRST = 5;
const MOST = 1000;

/** Warnings in full, the first notes, the rest behind a line that opens. */
export function remarks({ warnings, notes }: Report): Html {
  if (warnings.length === 0 && notes.length === 0) return empty;
  const note = (text: string) => html`<li>${text}</li>`;
  const more = notes.slice(FIRST, MOST);
  return html`<aside aria-label="Remarks">
    ${
      warnings.length > 0 &&
      html`<ul class="warnings">
        ${warnings.map((text) => html`<li><b>Warning</b> ${text}</li>`)}
      </ul>`
    }
    ${
      notes.length > 0 &&
      html`<ul class="notes">
        ${notes.slice(0, FIRST).map(note)}
      </ul>`
    }
    ${
      more.length > 0 &&
      html`<details>
        <summary>${notes.length - FIRST} more notes</summary>
        <ul class="notes">
          ${more.map(note)}
        </ul>
      </details>`
    }
  </aside>`;
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
