import type { EventOf } from './events.ts';
import type { Check, RunState, TaskState } from './state.ts';

type TaskEvent = EventOf<
  | 'task.ready'
  | 'task.assigned'
  | 'task.completed'
  | 'task.failed'
  | 'task.skipped'
  | 'task.not_chosen'
  | 'task.cancelled'
  | 'cache.asked'
  | 'cache.missed'
  | 'review.asked'
  | 'review.answered'
  | 'check'
  | 'vote'
>;

/** What an event of a task, but for its turns, changes of the run; one of a task that is not the crew's is passed over. */
export function applyTaskEvent(run: RunState, event: TaskEvent): void {
  const task = run.tasks.get(event.task);
  if (!task) return;
  switch (event.type) {
    case 'task.ready':
      task.readyAt = event.t;
      return;
    case 'task.assigned':
      task.agent = event.agent;
      task.assignedAt = event.t;
      return;
    case 'task.completed':
      endTask(task, 'completed', event);
      task.result = event.blob === undefined ? { text: event.text ?? '' } : { blob: event.blob };
      task.degraded = event.degraded ?? false;
      task.missing = event.missing ?? [];
      task.shortened = event.shortened ?? [];
      task.cachedFrom = event.cached ?? null;
      task.stale = event.stale ?? null;
      task.took = event.took ?? null;
      task.files = event.files ?? [];
      task.edited = event.edited ?? false;
      return;
    case 'task.failed':
      endTask(task, 'failed', event);
      task.error = { kind: event.kind, message: event.message };
      return;
    case 'task.skipped':
      endTask(task, 'skipped', event);
      task.skippedBecause = event.because;
      return;
    case 'task.not_chosen':
      endTask(task, 'not_chosen', event);
      return;
    case 'task.cancelled':
      endTask(task, 'cancelled', event);
      return;
    case 'cache.asked':
      task.cacheMiss = null;
      task.lookups.push({ start: event.t, end: null });
      return;
    case 'cache.missed':
      endLookup(task, event.t);
      task.cacheMiss = { changed: event.changed ?? [] };
      return;
    case 'review.asked':
      task.reviews.push({ start: event.t, end: null, when: event.when, answer: null, remark: null, by: null });
      return;
    case 'review.answered': {
      const open = task.reviews.findLast((review) => review.end === null);
      if (!open) return;
      open.end = event.t;
      open.answer = event.answer;
      open.remark = event.remark ?? null;
      open.by = event.by ?? 'person';
      if (event.answer === 'sent_back') startAnew(task);
      return;
    }
    case 'check':
      task.checks.push(checkOf(event));
      return;
    case 'vote':
      task.votes = task.votes.filter(({ agent }) => agent !== event.agent);
      task.votes.push({ agent: event.agent, choice: event.choice });
      return;
    default:
      event satisfies never;
  }
}

function checkOf({ t, attempt, turn, what, passed, detail, seq }: EventOf<'check'>): Check {
  return { t, attempt, turn: turn ?? null, what, passed, detail: detail ?? null, seq };
}

/** A consensual result that was sent back is proposed and voted on again. */
function startAnew(task: TaskState): void {
  task.proposals = [];
  task.votes = [];
}

type TaskEnd = EventOf<'task.completed' | 'task.failed' | 'task.skipped' | 'task.not_chosen' | 'task.cancelled'>;

function endTask(task: TaskState, status: TaskState['status'], event: TaskEnd): void {
  task.status = status;
  task.reusedFrom = event.kept ?? null;
  task.endedAt = event.t;
  task.endSeq = event.seq;
  endLookup(task, event.t);
}

function endLookup({ lookups }: TaskState, t: number): void {
  const last = lookups.at(-1);
  if (last) last.end ??= t;
}
