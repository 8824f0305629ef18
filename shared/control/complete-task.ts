import { choicesOfRouter } from '../crew/router.ts';
import type { Task } from '../crew/schema.ts';
import { winnerOf } from '../run/consensus.ts';
import { roundName } from '../run/expansion/task-names.ts';
import { fallbackOf } from '../run/fallback-used.ts';
import { resultTurn, reviewedTurn } from '../run/review.ts';
import { choicesIn } from '../slot/choice-answer.ts';
import type { CommandResult } from './base/command.ts';
import { entryOf } from './cache/cache-phases.ts';
import { cancelTurn } from './cancel-turn.ts';
import type { ControlState } from './control-state.ts';
import { startedOf } from './run-facts.ts';
import type { CompletionNotes } from './turns/completed-results.ts';
import { beside } from './turns/completion-flags.ts';

/** Completes a task with its result. Its attempt has ended in the same step, so that both events are written together. */
export function completeTask(control: ControlState, task: string, text: string, notes: CompletionNotes = {}): void {
  const { shortened = [], edited = false, cached, took, files = [], unmet: ofLoop = [] } = notes;
  const { run, scheduler, recorder, results } = control;
  const choices = chosenBy(control, task, text);
  if (choices === 'none') {
    failTask(control, task, NO_CHOICE);
    return;
  }
  const { degraded, missing } = scheduler.completionFlags(task);
  const state = run.tasks.get(task);
  // A text that a person wrote is final.
  const ofAnswer = (cached === undefined && !edited && state && resultTurn(state)?.unmet) || [];
  const unmet = [...ofAnswer, ...ofLoop];
  const winner = state ? winnerOf(state) : null;
  if (winner !== null) control.emit({ type: 'task.assigned', task, agent: winner });
  control.emit({
    type: 'task.completed',
    task,
    ...recorder.body(text),
    ...beside({ degraded: degraded || unmet.length > 0, missing, shortened, unmet, edited, files }),
    ...(choices === null ? {} : { choices: [...choices] }),
    ...(cached === undefined ? {} : { cached }),
    ...(took === undefined ? {} : { took }),
  });
  results.keep(task, text);
  if (cached === undefined) storeResult(control, task, text);
  taskEnded(control, task);
}

const NO_CHOICE = 'The answer makes no valid choice. Set default_choice, or make the task clearer.';

/**
 * Returns what a task chooses. A task with `for_each` chooses all that its instances chose, and a task of a loop what it
 * chose in its last round.
 */
function chosenBy({ tasks, run }: ControlState, name: string, text: string): ReturnType<typeof choicesOf> {
  const task = tasks.get(name);
  const { kind, round } = run.tasks.get(name)?.expansion ?? {};
  if (kind === 'repeat') return run.tasks.get(roundName(name, round ?? 1))?.choices ?? null;
  if (task?.for_each === undefined) return choicesOf(task, text);
  const ofInstances = [...run.tasks.values()].flatMap(({ instance, choices }) =>
    instance?.of === name ? (choices ?? []) : [],
  );
  return choicesOfRouter(task)?.filter((choice) => ofInstances.includes(choice)) ?? null;
}

/** Returns what a result chooses; null if the task is not a router, `none` if the result makes no valid choice. */
export function choicesOf(task: Task | undefined, text: string): readonly string[] | null | 'none' {
  const choices = task && choicesOfRouter(task);
  if (task === undefined || choices === undefined) return null;
  const { choose, default_choice: fallback } = task;
  return choicesIn(text, { choices, choose }) ?? (fallback === undefined ? 'none' : [fallback]);
}

/** Fails a task whose result cannot be read or written. */
export function failTask(control: ControlState, task: string, message: string): void {
  control.emit({ type: 'task.failed', task, kind: 'output', message });
  taskEnded(control, task);
}

/** Discards what the controller keeps for a task until the task ends. */
export function taskEnded(control: ControlState, task: string): void {
  control.results.ended(task);
  control.transcripts.forget(task);
  control.cache.ended(task);
  cancelAbandoned(control);
}

/** Cancels the turns of the instances that another instance's failure ends. */
function cancelAbandoned(control: ControlState): void {
  for (const turn of control.turns.all())
    if (turn.writing === null && control.scheduler.isAbandoned(turn.key.task)) cancelTurn(control, turn, 'stopped');
}

/** Completes a task whose turns have already given its result: a consensual task, after its last turn. */
export function settleTask(control: ControlState, name: string): void {
  const { tasks, run, scheduler, completed, results } = control;
  const task = tasks.get(name);
  const state = run.tasks.get(name);
  if (!task || !state || !scheduler.isAnswered(name) || completed.has(name)) return;
  const turn = reviewedTurn(state);
  const text = turn && results.outputOf(name, turn.turn);
  if (!turn || text === null) {
    failTask(control, name, "Its result cannot be read from the run's folder.");
    return;
  }
  const notes = { shortened: turn.shortened };
  if (task.output_file === undefined) completeTask(control, name, text, notes);
  else {
    completed.writing(name, { text, notes });
    control.effect({ type: 'writeFile', id: { type: 'task', task: name }, file: task.output_file, text });
  }
}

/** Handles the end of writing a task's result to its `output_file`. */
export function taskWritten(control: ControlState, task: string, written: CommandResult): void {
  const result = control.completed.written(task);
  if (!result) return;
  if (written.ok) completeTask(control, task, result.text, result.notes);
  else failTask(control, task, written.message);
}

function storeResult(control: ControlState, name: string, text: string): void {
  const { cache, tasks, run, crew, recorder } = control;
  const key = cache.keyOf(name);
  const task = tasks.get(name);
  const state = run.tasks.get(name);
  // The key names the model of the agent. A result of another model is not stored under it.
  if (key === null || !task || !state || fallbackOf(state) !== null) return;
  const { run: id, rehearsal } = startedOf(run);
  const result = entryOf(crew, task, state, { run: id, rehearsal, text: recorder.redact(text) });
  if (result) control.effect({ type: 'storeResult', key, result });
}
