// Seconds by stage, in the order the stages ended.

export interface Stopwatch {
  /** Ends the stage that runs and names it. */
  lap(stage: string): void;
  laps(): Readonly<Record<string, number>>;
}

export function stopwatch(): Stopwatch {
  const laps: Record<string, number> = {};
  let last = performance.now();
  return {
    lap(stage) {
      const now = performance.now();
      laps[stage] = (laps[stage] ?? 0) + (now - last) / 1000;
      last = now;
    },
    laps: () => ({ ...laps }),
  };
}
