import { expect, it, vi } from 'vitest';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { layOut } from './auto-layout.ts';

const { workers } = vi.hoisted(() => ({ workers: [] as { isEnded: boolean; answer: (graph: object) => void }[] }));
vi.mock('elkjs/lib/elk-worker.min.js?url', () => ({ default: '' }));
vi.mock('elkjs/lib/elk-api.js', () => ({
  default: class {
    isEnded = false;
    answer: (graph: object) => void = () => undefined;
    constructor() {
      workers.push(this);
    }
    layout() {
      return new Promise((resolve) => {
        this.answer = resolve;
      });
    }
    terminateWorker() {
      this.isEnded = true;
    }
  },
}));

const CREW = crewSchema.parse({ format: 'crewlane/1', name: 'crew' });

it('A cancelled layout ends its worker immediately, so that the next layout does not wait', async () => {
  const first = new AbortController();
  const hopeless = layOut(CREW, first.signal);
  const next = layOut(CREW, new AbortController().signal);
  first.abort();
  expect(await hopeless).toBeNull();
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, false]);
  workers[1]?.answer({ id: 'root', children: [{ id: 'task:a', x: 4.4, y: 8 }] });
  expect(await next).toEqual({ 'task:a': [4, 8] });
  expect(workers.map(({ isEnded }) => isEnded)).toEqual([true, true]);
});
