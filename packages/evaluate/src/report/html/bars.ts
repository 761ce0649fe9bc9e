// Size and latency as bars: FP32 above, INT8 below, both on one scale that starts at zero.

import type { Latency, Report } from "@tersor/core";
import { formatBytes, formatMs, formatPercent, formatTimes } from "../format.ts";
import { empty, html, type Html } from "./markup.ts";

/** One bar: its length is `value` of the longest. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  readonly text: string;
  readonly kind: "fp32" | "int8";
}

/** Bars below each other. The texts say what the lengths show. */
export function bars(list: readonly Bar[]): Html {
  const longest = Math.max(...list.map(({ value }) => value).filter(Number.isFinite), Number.MIN_VALUE);
  return html`<dl class="bars">
    ${list.map(
      ({ label, value, text, kind }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>
            <span class="track"><span class="bar ${kind}" style="width:${percentOf(value, longest)}%"></span></span>
            <span class="value">${text}</span>
          </dd>
        </div>`,
    )}
  </dl>`;
}

/** A share of the width that a style can have: from 0 to 100, 0 where it is no number. */
export function percentOf(value: number, longest: number): string {
  const share = (100 * value) / longest;
  return (Number.isFinite(share) ? Math.min(100, Math.max(0, share)) : 0).toFixed(1);
}

/** Bytes of the source and of what was written. */
export function sizeCard({ model, output }: Report): Html {
  const rows: Bar[] = [
    {
      label: output.length > 0 ? "Source" : "Model",
      value: model.sizeBytes,
      text: formatBytes(model.sizeBytes),
      kind: "fp32",
    },
    ...output.map(({ format, sizeBytes }): Bar => {
      const text = `${formatBytes(sizeBytes)} (${formatPercent(sizeBytes / model.sizeBytes)})`;
      return { label: format, value: sizeBytes, text, kind: "int8" };
    }),
  ];
  return html`<article class="card">
    <h2>Size</h2>
    ${bars(rows)}
  </article>`;
}

/** Median latency of both models, with the ratio and its range; of one model where only one ran. */
export function latencyCard({ benchmark }: Report): Html {
  const { pair, single } = benchmark ?? {};
  const timed = pair?.int8 ?? single;
  if (!timed) return empty;
  const rows = pair
    ? [latencyBar("FP32", pair.fp32, "fp32"), latencyBar("INT8", pair.int8, "int8")]
    : [latencyBar("Model", timed, "fp32")];
  const threads = `${timed.threads} ${timed.threads === 1 ? "thread" : "threads"}`;
  return html`<article class="card">
    <h2>Latency <small>median, batch ${timed.batchSize}, ${threads}</small></h2>
    ${bars(rows)}
    ${
      pair &&
      html`<p>
        INT8 takes ${formatPercent(1 / pair.wall.value)} of the time: ${formatTimes(pair.wall.value)} as fast
        (${formatTimes(pair.wall.min)} to ${formatTimes(pair.wall.max)} over ${pair.rounds} rounds by turns).
      </p>`
    }
  </article>`;
}

function latencyBar(label: string, { wallMs }: Latency, kind: Bar["kind"]): Bar {
  const text = `${formatMs(wallMs.p50)} (p90 ${formatMs(wallMs.p90)})`;
  return { label, value: wallMs.p50, text, kind };
}
