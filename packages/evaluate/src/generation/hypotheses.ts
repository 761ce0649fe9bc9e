// The finished texts of a sample in beam search, of which the best are kept.
// https://github.com/huggingface/transformers/blob/v4.46.3/src/transformers/generation/beam_search.py

/** A finished text. */
export interface Hypothesis {
  /** The sum of the logarithms of its tokens' probabilities over its length to the power of the penalty. */
  readonly score: number;
  readonly tokens: readonly number[];
}

/** When to stop looking for better ones. */
export interface StoppingRules {
  /** Most texts that are kept. */
  readonly beams: number;
  /** Above 0 longer texts gain, below 0 shorter ones. */
  readonly lengthPenalty: number;
  /** true: as soon as there are enough; false: when the best open one could not win now; "never": nor later. */
  readonly earlyStopping: boolean | "never";
  readonly maxLength: number;
  /** Length of what was there before the first token. */
  readonly begun: number;
}

/** The best finished texts of one sample. */
export class Hypotheses {
  readonly #rules: StoppingRules;
  readonly #kept: Hypothesis[] = [];

  constructor(rules: StoppingRules) {
    this.#rules = rules;
  }

  /** The best one. */
  get best(): Hypothesis | undefined {
    return this.#kept.reduce<Hypothesis | undefined>(
      (best, each) => (best === undefined || each.score >= best.score ? each : best),
      undefined,
    );
  }

  /** Adds a text of `length` new tokens, the end among them, if it is better than one that is there. */
  add(tokens: readonly number[], sum: number, length: number): void {
    const score = sum / length ** this.#rules.lengthPenalty;
    if (this.#kept.length >= this.#rules.beams && score <= this.#worst()) return;
    this.#kept.push({ score, tokens });
    if (this.#kept.length > this.#rules.beams) this.#kept.splice(this.#worstAt(), 1);
  }

  /** Whether no open text can win; `bestSum` is the largest sum among those after `length` tokens in all. */
  isDone(bestSum: number, length: number): boolean {
    const { beams, earlyStopping, lengthPenalty, maxLength, begun } = this.#rules;
    if (this.#kept.length < beams) return false;
    if (earlyStopping === true) return true;
    const reached = earlyStopping === "never" && lengthPenalty > 0 ? maxLength : length;
    return this.#worst() >= bestSum / (reached - begun) ** lengthPenalty;
  }

  #worst(): number {
    return this.#kept[this.#worstAt()]!.score;
  }

  #worstAt(): number {
    let worst = 0;
    for (const [i, { score }] of this.#kept.entries()) if (score < this.#kept[worst]!.score) worst = i;
    return worst;
  }
}
