// A part of the page.

import type { Html } from "./markup.ts";

/** A title that the list of contents names, and what stands below it. */
export interface Section {
  /** Unique in the page: a word of our own, never a name out of a model. */
  readonly id: string;
  readonly title: string;
  readonly body: Html;
}
