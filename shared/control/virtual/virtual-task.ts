import type { GraphTask } from '../../scheduler/graph.ts';
import type { SimulatedFailure, Simulation } from './simulation.ts';

/** A task in virtual time. */
export interface VirtualTask {
  readonly graph: GraphTask;
  /** Null if it takes no slot and no time. */
  readonly busy: number | null;
  /** The number of its turns that have not ended for good. */
  turnsLeft: number;
  times: Simulation['tasks'][string] | null;
}

/** A turn that runs in virtual time. */
export interface VirtualTurn {
  readonly task: VirtualTask;
  /** Undefined for the only turn of a task. */
  readonly name: string | undefined;
  readonly attempt: number;
  readonly agent: string;
  readonly start: number;
  /** How it fails; null if it succeeds. */
  readonly failure: SimulatedFailure | null;
}

/** Divides the busy time of a task among its turns. */
export function turnLength({ graph, busy }: VirtualTask, turn: string | undefined): number {
  const { turns } = graph;
  if (busy === null || turns.length <= 1) return busy ?? 0;
  const at = turns.findIndex((candidate) => candidate.name === turn);
  return partOf(busy, turns.length, at);
}

/** Returns one of `count` parts of a length, in whole milliseconds. The first parts get the remaining milliseconds. */
export function partOf(ms: number, count: number, index: number): number {
  const part = Math.floor(ms / count);
  return index < ms - part * count ? part + 1 : part;
}
