import type { Project } from '../../shared/project/schema.ts';
import { titleOf } from '../../shared/project/titles.ts';
import { ASSIGNMENT, type RunEvent } from '../../shared/run/events.ts';
import { plain, secondsText } from './text.ts';

const TIME_COLUMNS = 9;
const MESSAGE_CHARACTERS = 300;

/**
 * Makes the line that tells of an event, null for those that nobody has to read. What an agent does in its turns is told
 * of those that are `verbose`.
 * @param starts whether starts of tasks are told too; not where lanes show them
 */
export function lineWriter(project: Project, { starts }: { starts: boolean }): (event: RunEvent) => string | null {
  const titles = new Map(project.tasks.map((task) => [task.name, plain(titleOf(task))]));
  titles.set(ASSIGNMENT, 'Assignment');
  const verbose = new Set(starts ? project.agents.filter((agent) => agent.verbose).map(({ name }) => name) : []);
  const title = (task: string) => titles.get(task) ?? task;
  return (event) => {
    const said = sentenceOf(event, title, starts, (agent) => verbose.has(agent));
    return said === null ? null : `${secondsText(event.t).padStart(TIME_COLUMNS)}  ${said}`;
  };
}

function sentenceOf(
  event: RunEvent,
  title: (task: string) => string,
  starts: boolean,
  isVerbose: (agent: string) => boolean,
): string | null {
  switch (event.type) {
    case 'attempt.started':
      if (!starts) return null;
      return `${title(event.task)} starts on slot ${event.slot} (${event.agent}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''})`;
    case 'attempt.ended': {
      if (event.result === 'ok' || event.result === 'cancelled') return null;
      const again = event.retry_at === undefined ? '' : ` It is tried again ${inTime(event.retry_at - event.t)}.`;
      return `${title(event.task)}: attempt ${event.attempt} failed: ${short(event.message ?? event.result)}${again}`;
    }
    case 'task.completed':
      return event.task === ASSIGNMENT ? null : `${title(event.task)} completed${event.degraded ? ', degraded' : ''}`;
    case 'task.failed':
      return `${title(event.task)} failed: ${short(event.message)}`;
    case 'task.skipped':
      return `${title(event.task)} skipped, because of ${event.because.map(title).join(', ')}`;
    case 'task.not_chosen':
      return `${title(event.task)} not chosen`;
    case 'task.cancelled':
      return `${title(event.task)} cancelled`;
    case 'review.asked':
      return `${title(event.task)} waits for a review`;
    case 'slot.exited':
      return event.reason === 'ended' ? null : `Slot ${event.slot} ended (${event.reason}) and is replaced`;
    case 'tool.call':
      return isVerbose(event.agent) ? `  ${title(event.task)}: ${event.name}${event.rehearsed ? ' (rehearsed)' : ''}${event.ok ? '' : ' refused'}` : null;
    case 'milestone':
      return starts ? `  ${title(event.task)}: ${short(event.name)}` : null;
    default: // The others are for the figures.
      return null;
  }
}

function inTime(ms: number): string {
  return ms <= 0 ? 'at once' : `in ${secondsText(ms)}`;
}

function short(message: string): string {
  const text = plain(message);
  return text.length > MESSAGE_CHARACTERS ? `${text.slice(0, MESSAGE_CHARACTERS)}…` : text;
}
