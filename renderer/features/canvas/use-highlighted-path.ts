import { useMemo, useRef } from 'react';
import { fileTaskOf } from '../../../shared/run/expansion/task-names.ts';
import { useMeasured, useMeasuring } from '../../state/measured.ts';
import { usePrediction } from '../../state/prediction.ts';
import { useRun } from '../../state/run.ts';
import { useUi } from '../../state/ui.ts';

const NONE: readonly string[] = [];

/**
 * The tasks of the file to highlight, in order of time: those of the shown run, else of the predicted schedule; none if
 * highlighting is off.
 */
export function useHighlightedPath(): readonly string[] {
  const on = useUi((state) => state.criticalPath);
  const shown = useRun((run) => run.id);
  const predicted = usePrediction((state) => state.criticalPath);
  const actual = useActual(on && shown !== null);
  const path = !on ? NONE : shown === null ? predicted : actual;
  return useMemo(() => ofFile(path), [path]);
}

/** The tasks of the file in place of the tasks that they expanded to, each once. */
function ofFile(path: readonly string[]): readonly string[] {
  const names = path.map(fileTaskOf);
  return names.filter((name, at) => name !== names[at - 1]);
}

/** The critical path from the figures, which are computed anyway. The same list while it is equal. */
function useActual(on: boolean): readonly string[] {
  useMeasuring(on);
  const path = useMeasured(({ value }) => (on ? value?.figures.path.tasks : undefined)) ?? NONE;
  const before = useRef(path);
  if (before.current !== path && before.current.join() !== path.join()) before.current = path;
  return before.current;
}
