import { answerReview } from './answer-review.ts';
import { answerQuestion } from './ask-person.ts';
import type { CommandResult } from './base/command.ts';
import type { InputOf } from './base/input.ts';
import { budgetSet, tokenBudgetSet } from './budget/budget.ts';
import { cancelAll } from './cancel-turn.ts';
import type { ControlState } from './control-state.ts';
import { interrupt } from './end-run.ts';
import { slotCount } from './run-facts.ts';
import { budgetOf, spentTokensOf } from './spend-budget.ts';

/** Performs a command of a person or of the run's process. */
export function performCommand(control: ControlState, { command, id }: InputOf<'command'>): void {
  switch (command.type) {
    case 'pause':
      if (!control.isOver && !isPaused(control)) control.emit({ type: 'run.paused' });
      return;
    case 'unpause':
      unpause(control);
      return;
    case 'stop':
      stop(control);
      return;
    case 'interrupt':
      interrupt(control, command.reason);
      return;
    case 'setSlots':
      setSlots(control, command.count);
      return;
    case 'setBudget':
      reply(control, id, setBudget(control, command.usd));
      return;
    case 'setTokenBudget':
      reply(control, id, setTokenBudget(control, command.tokens));
      return;
    case 'answerReview':
      answerReview(control, command.task, command.answer, id);
      return;
    case 'answerQuestion':
      answerQuestion(control, command, id);
      return;
    default:
      command satisfies never;
  }
}

function isPaused({ run }: ControlState): boolean {
  return run.paused.at(-1)?.end === null;
}

function unpause(control: ControlState): void {
  if (!control.isOver && isPaused(control)) control.emit({ type: 'run.unpaused' });
}

function stop(control: ControlState): void {
  if (control.isOver) return;
  unpause(control);
  control.scheduler.stop();
  cancelAll(control, 'stopped');
}

function setSlots(control: ControlState, count: number): void {
  if (control.isOver || count === slotCount(control.run)) return;
  control.emit({ type: 'run.slots', slots: count });
  control.limits.reduce({ type: 'slots.set', slots: count }, control.now);
  control.effect({ type: 'resizeSlots', count });
}

function setBudget(control: ControlState, usd: number): CommandResult {
  if (control.isOver) return { ok: false, message: 'The run has ended, or is about to.' };
  const set = budgetSet(budgetOf(control), usd);
  if (!set.ok) return set;
  control.emit(set.draft);
  return { ok: true };
}

function setTokenBudget(control: ControlState, budget: number): CommandResult {
  if (control.isOver) return { ok: false, message: 'The run has ended, or is about to.' };
  const { spentUsd } = budgetOf(control);
  const set = tokenBudgetSet({ spentUsd, spentTokens: spentTokensOf(control) }, budget);
  if (!set.ok) return set;
  control.emit(set.draft);
  return { ok: true };
}

function reply(control: ControlState, command: number | null, result: CommandResult): void {
  if (command !== null) control.effect({ type: 'reply', command, result });
}
