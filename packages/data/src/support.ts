// Whether images can be read here, for `tersor doctor`.

/** Whether an optional package can be used, and what to do when it can't. */
export interface Support {
  readonly usable: boolean;
  readonly version?: string;
  readonly problem?: string;
  readonly advice?: string;
}

/** Loads sharp, which is optional and whose binary has to fit the machine. */
export async function imageSupport(): Promise<Support> {
  try {
    const { default: sharp } = await import("sharp");
    return { usable: true, version: sharp.versions.sharp ?? "unknown" };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const problem = message.split("\n")[0] ?? message;
    return {
      usable: false,
      problem,
      advice: 'Run "npm install sharp" to read image files; without it, give them as .npz.',
    };
  }
}
