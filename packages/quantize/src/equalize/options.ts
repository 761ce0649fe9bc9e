// What can be asked of equalization.

/** The methods by name. */
export type EqualizeMethod = "smooth-quant" | "cross-layer";

/** Where the division of an activation may go; both methods. */
interface DivisionOptions {
  /**
   * Take Clip(0, c) for Relu, so that factors pass through (Nagel et al. 2019, section 5.1.1). It changes what the model
   * computes where values exceed c. Default false.
   */
  readonly clipAsRelu?: boolean | undefined;
}

/** SmoothQuant (Xiao et al. 2022, 2211.10438): s_j = max|X_j|^alpha / max|W_j|^(1 - alpha). */
export interface SmoothQuantOptions extends DivisionOptions {
  readonly method: "smooth-quant";
  /** How much of the difficulty moves into the weights, in [0, 1]; "auto" chooses for each layer. Default 0.5. */
  readonly alpha?: number | "auto" | undefined;
  /** The values of alpha that "auto" tries. Default 0 to 1 in steps of 0.1. */
  readonly grid?: { readonly min: number; readonly max: number; readonly step: number } | undefined;
  /** How layers that read the same activation agree on one alpha. Default "mean". */
  readonly shared?: "mean" | "min" | "max" | undefined;
  /** Fold the division into the operators before, where that is exact. Default true. */
  readonly fold?: boolean | undefined;
  /** Put a Mul in front of matrix products where folding is impossible. Default true; never done before a Conv. */
  readonly insert?: boolean | undefined;
}

/** Cross-layer equalization (Nagel et al. 2019, 1906.04721): ranges of neighbouring weights are made equal. */
export interface CrossLayerOptions extends DivisionOptions {
  readonly method: "cross-layer";
  /** Most rounds over all pairs; it ends sooner where factors settle. Default 20. */
  readonly rounds?: number | undefined;
}

/** One method with its options, or its name. */
export type EqualizeStep = EqualizeMethod | SmoothQuantOptions | CrossLayerOptions;

/** One step, or several in order. */
export type Equalize = EqualizeStep | readonly EqualizeStep[];

/** The steps, each with its options. */
export function equalizeSteps(equalize: Equalize): readonly (SmoothQuantOptions | CrossLayerOptions)[] {
  const steps = Array.isArray(equalize) ? (equalize as readonly EqualizeStep[]) : [equalize as EqualizeStep];
  return steps.map((step) => (typeof step === "string" ? { method: step } : step));
}
