import { Worker } from 'node:worker_threads';
import type { Job, JobAnswer, JobName, Jobs } from './worker.ts';

/** The idle time after which a worker ends and frees its memory. */
const IDLE_MS = 30_000;

type Output<Name extends JobName> = Awaited<ReturnType<Jobs[Name]>>;

/** The application's worker threads: one per active job. Idle workers are reused, and end after a while. */
export class Workers {
  readonly #file: string;
  readonly #idle: { worker: Worker; timer: NodeJS.Timeout }[] = [];

  /** @param file the built `worker.ts` */
  constructor(file: string) {
    this.#file = file;
  }

  /** Executes a job. Rejects with the error of the job, or if the worker ends before it answers; both are bugs. */
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
        // The worker's table of jobs defines the answer's type for this name.
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
