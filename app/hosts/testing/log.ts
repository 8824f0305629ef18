import { fileURLToPath } from 'node:url';
import type { SlotListener, SlotSample } from '../../../shared/slot/host.ts';
import type { SlotOutcome } from '../../../shared/slot/slot-outcome.ts';
import type { TurnKey } from '../../../shared/slot/turn-key.ts';
import type { TurnSubmission } from '../../../shared/slot/turn-submission.ts';

export const ECHO_SLOT = fileURLToPath(new URL('./echo-slot.mjs', import.meta.url));
export const soon = { interval: 5 };

/** Records the reports of a host as readable lines. */
export class Log implements SlotListener {
  readonly lines: string[] = [];
  /** The current process of each slot. */
  readonly wheres = new Map<number, string>();
  /** All processes that worked for the run. */
  readonly pids = new Set<number>();
  readonly readyMs: number[] = [];
  readonly samples: SlotSample[][] = [];
  readonly events: number[] = [];
  readonly outcomes: SlotOutcome[] = [];

  /** The first process that worked for the run. */
  get pid(): number {
    const [pid] = this.pids;
    // Process 0 would be the group of the test itself.
    if (pid === undefined) throw new Error('The run has had no process yet.');
    return pid;
  }
  readonly processes = (pids: readonly number[]): void => {
    for (const pid of pids) this.pids.add(pid);
  };
  slotStarted(slot: number, where: string): void {
    this.wheres.set(slot, where);
    this.lines.push(`started ${slot}`);
  }
  slotReady(slot: number, _where: string, ms: number): void {
    this.readyMs.push(ms);
    this.lines.push(`ready ${slot}`);
  }
  slotExited(slot: number, _where: string, reason: string): void {
    this.lines.push(`exited ${slot} ${reason}`);
  }
  sample(samples: readonly SlotSample[]): void {
    this.samples.push([...samples]);
  }
  event(_key: TurnKey, number: number): void {
    this.events.push(number);
  }
  text(_key: TurnKey, delta: string): void {
    this.lines.push(`text ${delta}`);
  }
  request(): void {
    this.lines.push('request');
  }
  requestCancelled(): void {
    this.lines.push('request cancelled');
  }
  outcome(_key: TurnKey, outcome: SlotOutcome): void {
    this.outcomes.push(outcome);
    this.lines.push(`outcome ${outcome.status}`);
  }
  count(line: string): number {
    return this.lines.filter((each) => each === line).length;
  }
}

/** `prompt`: the action of the echo slot. */
export function turn(prompt: string, attempt = 1): TurnSubmission {
  const model = { provider: 'fake', base_url: 'http://127.0.0.1:1', model: 'fake', price: null };
  return {
    key: { run: 'run', task: prompt, attempt, turn: null },
    agent: { name: 'ada', role: '', goal: '', system: '', model, tools: [], max_iterations: 1 },
    prompt,
    transcript: [],
    nested_conversations: {},
    coworkers: [],
    rehearsal: false,
    seed: 1,
    timeout_ms: 1000,
  };
}
