import { useEffect, useState } from 'react';
import { useRun } from '../store/run.ts';
import type { FiguresAnswer, FiguresQuestion } from './figures.worker.ts';

/** The figures that have to be simulated, of a run that has come to rest; null while it goes on or they are worked out. */
export function useSimulated(): FiguresAnswer['simulated'] | null {
  const { id, project, seq, live, events } = useRun();
  const [answer, setAnswer] = useState<FiguresAnswer | null>(null);
  useEffect(() => {
    if (id === null || !project || live || seq === 0) return;
    const worker = new Worker(new URL('./figures.worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<FiguresAnswer>) => setAnswer(data);
    const question: FiguresQuestion = { run: id, seq, project, events };
    worker.postMessage(question);
    return () => worker.terminate();
  }, [id, project, seq, live, events]);
  return answer && answer.run === id && answer.seq === seq && !live ? answer.simulated : null;
}
