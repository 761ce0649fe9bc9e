// The state of encoding one model: what is copied as it was read, and which weights go to data files.

import { trackedField } from "../tracked.ts";
import { framed, spanPiece, type Message } from "../wire/piece.ts";
import type { ExternalPlan } from "./external.ts";

export class Encoding {
  /** Where large weights go, or undefined when everything goes into the model file. */
  readonly external: ExternalPlan | undefined;

  constructor(external?: ExternalPlan) {
    this.external = external;
  }

  /** The field for `object`: copied where it is still the one that was read, else encoded. */
  field(number: number, object: object, name: string, encode: () => Message): Message {
    const tracked = trackedField(object, name);
    if (!tracked) return framed(number, encode());
    const { source, field } = tracked;
    const { start, payload, end } = field;
    if (field.number === number) return [spanPiece({ source, start, end })];
    return framed(number, [spanPiece({ source, start: payload, end })]);
  }
}
