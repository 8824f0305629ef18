import type { Guidance } from '../../shared/crew/training.ts';
import type { LoadedRun } from './load-run.ts';

/** Longer examples are cut. In characters. */
const MAX_EXAMPLE = 2000;
/** Of one remark, as a training file accepts it. */
const MAX_TEXT = 4000;

/**
 * Returns what a person taught in the reviews of a run, by task: the remarks about its results, and the results that the
 * person wrote, as examples. The items of a task with `for_each` teach their task.
 */
export function learnedGuidance({ state, texts }: Pick<LoadedRun, 'state' | 'texts'>): Guidance {
  const guidance: Record<string, string[]> = {};
  for (const task of state.tasks.values()) {
    const text = texts.get(task.name) ?? '';
    const taught = task.reviews.flatMap(({ when, answer, remark }) => {
      const remarks = remark === null || remark.trim() === '' ? [] : [remark.slice(0, MAX_TEXT)];
      const isExample = when === 'after' && answer === 'edited' && text.trim() !== '';
      return isExample ? [...remarks, example(text)] : remarks;
    });
    const name = task.instance?.of ?? task.name;
    if (taught.length > 0) guidance[name] = [...(guidance[name] ?? []), ...taught];
  }
  return guidance;
}

function example(text: string): string {
  return `A person changed a result to the following. Work in the same way.\n${text.trim().slice(0, MAX_EXAMPLE)}`;
}
