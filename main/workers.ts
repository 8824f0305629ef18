import { Worker } from 'node:worker_threads';
import type { Job, JobAnswer, JobName, Jobs } from './worker.ts';

/** A worker that nobody has needed for so long ends, and its memory with it. */
const IDLE_MS = 30_000;

type Output<Name extends JobName> = Awaited<ReturnType<Jobs[Name]>>;

/** The application's worker threads: one for each job that goes on, kept for a while for the next one. */
export class Workers {
  readonly #file: string;
  readonly #idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];

  /** @param file the built `worker.ts` */
  constructor(file: string) {
    this.#file = file;
  }

  /** Has a job done. Rejects with what went wrong in it, which is a bug; so is a worker that ends before it answers. */
  do<Name extends JobName>(name: Name, input: Job<Name>['input']): Promise<Output<Name>> {
    const worker = this.#take();
    return new Promise((resolve, reject) => {
      const ended = (code: number) => reject(new Error(`The worker ended with code ${code} in the job "${name}".`));
      worker.once('error', reject);
      worker.once('exit', ended);
      worker.once('message', (answer: JobAnswer) => {
        worker.off('error', reject);
        worker.off('exit', ended);
        this.#putBack(worker);
        // The worker's table of jobs says what the answer to this name is.
        if (answer.ok) resolve(answer.value as Output<Name>);
        else reject(answer.error);
      });
      worker.postMessage({ name, input } satisfies Job<Name>);
    });
  }

  #take(): Worker {
    const idle = this.#idle.pop();
    if (!idle) return new Worker(this.#file);
    clearTimeout(idle.timer);
    return idle.worker;
  }

  #putBack(worker: Worker): void {
    const timer = setTimeout(() => {
      this.#idle.splice(
        this.#idle.findIndex((idle) => idle.worker === worker),
        1,
      );
      void worker.terminate();
    }, IDLE_MS);
    this.#idle.push({ worker, timer });
  }
}
