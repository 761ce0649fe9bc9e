// A report as one self-contained page: no network, no external font, script or style; it opens from a disk or a mail.
// Facts first (the row, size, speed, accuracy), then where they come from, then how to make them again.

import type { Report } from "@tersor/core";
import { accuracyCard } from "./accuracy.ts";
import { latencyCard, sizeCard } from "./bars.ts";
import { checkSection } from "./check.ts";
import { floatSection } from "./float-list.ts";
import { graphSection } from "./graph.ts";
import { headOf, inShort, tableRow } from "./head.ts";
import { histogramSection } from "./histograms.ts";
import { empty, html, trusted, type Html } from "./markup.ts";
import { paretoSection } from "./pareto.ts";
import { profileSection } from "./profile.ts";
import { machineSection, noteSection, recipeSection, warningList } from "./recipe.ts";
import { saturationSection } from "./saturation.ts";
import { script } from "./script.ts";
import type { Section } from "./section.ts";
import { sensitivitySection } from "./sensitivity.ts";
import { style } from "./style.ts";
import { variantSection } from "./variants.ts";
import { modelName } from "../markdown.ts";

/** Everything is inside the page: a browser is told to load nothing. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:";

/** How a page is made. */
export interface HtmlOptions {
  /** The recipe as text, such as YAML. Default: JSON. */
  readonly recipe?: string;
}

/** The report as an HTML page. Parts that did not run are left out. */
export function renderHtml(report: Report, options: HtmlOptions = {}): string {
  const sections = sectionsOf(report, options);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="Tersor" />
        <title>${modelName(report)} · Tersor ${report.command}</title>
        <link rel="icon" href="data:," />
        <style>
          ${trusted(style)}
        </style>
      </head>
      <body>
        <main>
          ${headOf(report)} ${inShort(report)} ${tableRow(report)}
          <div class="cards">${sizeCard(report)}${latencyCard(report)}${accuracyCard(report)}</div>
          ${warningList(report)} ${contents(sections)} ${sections.map(sectionMarkup)}
        </main>
        <div id="tip" role="presentation" hidden></div>
        <script>
          ${trusted(script)};
        </script>
      </body>
    </html> `.markup;
}

function sectionsOf(report: Report, { recipe }: HtmlOptions): readonly Section[] {
  const { variants, graph, quantization, check, sensitivity, histograms, saturation, profile } = report;
  return [
    variants && variantSection(variants),
    graph && graphSection(graph),
    quantization && floatSection(quantization),
    check && checkSection(check),
    sensitivity && sensitivitySection(sensitivity),
    histograms && histogramSection(histograms),
    saturation && saturationSection(saturation),
    paretoSection(report),
    profile && profileSection(profile),
    noteSection(report),
    recipeSection(report, recipe),
    machineSection(report),
  ].filter((section) => section !== undefined);
}

function contents(sections: readonly Section[]): Html {
  if (sections.length < 3) return empty;
  return html`<nav aria-label="Contents">
    ${sections.map(({ id, title }) => html`<a href="#${id}">${title}</a> `)}
  </nav>`;
}

function sectionMarkup({ id, title, body }: Section): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${body}
  </section>`;
}
