// What a method of compression looks like from outside: quantization, pruning and distillation; tuning.ts has tuning.
// Each is data and pure functions; whoever runs them brings graph, data and executor.

import type { Batches, Executor } from "../execute/executor.ts";
import type { Graph } from "../graph/graph.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { QuantizationPlan } from "../plan.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** What a strategy may use while it works. */
export interface StrategyContext {
  readonly kernels: Kernels;
  readonly executor?: Executor;
  readonly batches?: Batches;
  readonly signal?: AbortSignal;
}

/** A way to quantize: changes the graph (equalization), the plan (placement, ranges), or both. */
export interface QuantizationStrategy<Options = unknown> {
  readonly name: string;
  /** Whether it needs calibration data. */
  readonly needsData: boolean;
  prepare?(graph: Graph, options: Options, context: StrategyContext): Promise<Graph>;
  plan?(graph: Graph, plan: QuantizationPlan, options: Options, context: StrategyContext): Promise<QuantizationPlan>;
}

/** Scores the elements of a weight; the lowest are pruned first. */
export interface PruningCriterion {
  readonly name: string;
  readonly needs: readonly ("gradient" | "activation")[];
  score(weight: Tensor, given: { readonly gradient?: Tensor; readonly activation?: Tensor }): Float32Array;
}

/** The shape in which elements live and die together. */
export interface PruningPattern {
  readonly name: string;
  /** Index of the block each element belongs to, and the number of blocks; undefined when the shape does not divide. */
  blocks(shape: readonly number[]): { readonly of: Uint32Array; readonly count: number } | undefined;
}

/** A value over the course of a run: sparsity, learning rate, temperature. */
export interface Schedule {
  readonly name: string;
  /** Value at `progress` from 0 to 1. */
  at(progress: number, range: { readonly from: number; readonly to: number }): number;
}

/** A loss between the outputs of a student and its teacher. */
export interface DistillationLoss {
  readonly name: string;
  value(student: Tensor, teacher: Tensor): number;
}

/** Defines a quantization strategy; like its siblings an identity function whose job is inference. */
export function defineQuantization<Options>(strategy: QuantizationStrategy<Options>): QuantizationStrategy<Options> {
  return strategy;
}

/** Defines a pruning criterion. */
export function definePruningCriterion(criterion: PruningCriterion): PruningCriterion {
  return criterion;
}

/** Defines a pruning pattern. */
export function definePruningPattern(pattern: PruningPattern): PruningPattern {
  return pattern;
}

/** Defines a schedule. */
export function defineSchedule(schedule: Schedule): Schedule {
  return schedule;
}

/** Defines a distillation loss. */
export function defineDistillationLoss(loss: DistillationLoss): DistillationLoss {
  return loss;
}
