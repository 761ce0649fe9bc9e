// Distributions of weights and activations with the range that the codes express. Heights are logarithmic: a tail of a
// few elements, which decides over the range, would not be seen otherwise.

import type { TensorHistogram } from "@tersor/core";
import { formatNumber, formatPercent } from "../format.ts";
import { html, type Html } from "./markup.ts";
import type { Section } from "./section.ts";

const WIDTH = 300;
const HEIGHT = 84;
const MOST = 60;

/** A picture per tensor, activations first. */
export function histogramSection(histograms: readonly TensorHistogram[]): Section {
  const of = (kind: TensorHistogram["kind"]) =>
    histograms.filter((histogram) => histogram.kind === kind).slice(0, MOST);
  const body = html`<p>
      The shaded part is the range that the integers express; what lies outside is clipped to its edge. Heights are
      logarithmic.
    </p>
    ${group("Activations", of("activation"))} ${group("Weights", of("weight"))}`;
  return { id: "histograms", title: "Distributions and chosen ranges", body };
}

function group(title: string, histograms: readonly TensorHistogram[]): Html | undefined {
  if (histograms.length === 0) return undefined;
  return html`<h3>${title}</h3>
    <div class="grid">${histograms.map(figure)}</div>`;
}

function figure(histogram: TensorHistogram): Html {
  const { tensor, min, max, chosen, clipped } = histogram;
  const seen = `values ${formatNumber(min)} to ${formatNumber(max)}`;
  const range = chosen
    ? `${chosen.dtype} range ${formatNumber(chosen.min)} to ${formatNumber(chosen.max)}`
    : "no integer range";
  const outside = clipped === undefined || clipped === 0 ? "" : `, ${clippedText(clipped)} clipped`;
  return html`<figure>
    ${drawing(histogram, `${tensor}: ${seen}, ${range}${outside}`)}
    <figcaption><code title="${tensor}">${tensor}</code><br />${seen}<br />${range}${outside}</figcaption>
  </figure>`;
}

function clippedText(share: number): string {
  return share < 0.00005 ? "less than 0.01%" : formatPercent(share);
}

function drawing(histogram: TensorHistogram, label: string): Html {
  const { from, to, counts, chosen } = histogram;
  const x = (value: number) => placeIn(value, from, to);
  const band = chosen && { left: x(chosen.min), right: x(chosen.max) };
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT + 14}" role="img" aria-label="${label}">
    ${band && html`<rect class="range" x="${band.left}" y="0" width="${Math.max(0, band.right - band.left).toFixed(1)}" height="${HEIGHT}" />`}
    <path class="counts" d="${outline(counts)}" />
    ${band && html`<path class="bounds" d="M${band.left} 0V${HEIGHT}M${band.right} 0V${HEIGHT}" />`}
    ${from <= 0 && to >= 0 && zeroMark(x(0))}
  </svg>`;
}

/** The text stays inside of the drawing. */
function zeroMark(x: number): Html {
  const inside = Math.min(WIDTH - 4, Math.max(4, x));
  return html`<path class="zero" d="M${x} ${HEIGHT}v4" /><text x="${inside}" y="${HEIGHT + 13}">0</text>`;
}

/** Place of a value in the drawing; the edge where it lies outside. */
function placeIn(value: number, from: number, to: number): number {
  const share = to > from ? (value - from) / (to - from) : 0.5;
  return Number((Math.min(1, Math.max(0, Number.isFinite(share) ? share : 0)) * WIDTH).toFixed(1));
}

function outline(counts: readonly number[]): string {
  const most = Math.log1p(Math.max(1, ...counts.filter(Number.isFinite)));
  const step = WIDTH / Math.max(1, counts.length);
  const points = counts.map((count, i) => {
    const height = (Math.log1p(Number.isFinite(count) ? count : 0) / most) * HEIGHT;
    return `L${(i * step).toFixed(1)} ${(HEIGHT - height).toFixed(1)}H${((i + 1) * step).toFixed(1)}`;
  });
  return `M0 ${HEIGHT}${points.join("")}V${HEIGHT}Z`;
}
