import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type {
  Condition,
  ConditionResult,
  EvaluationFailure,
  EvaluationRequest,
  Evaluator,
  Filter,
  FilterResult,
} from '../../../shared/expressions/evaluate-expression.ts';

/** The longest evaluation, in ms. */
const TIME_LIMIT_MS = 1000;
/** The largest heap of the thread, in MiB. */
const MEMORY_LIMIT_MIB = 256;
/** The largest variables of a request as JSON, in characters. */
const MAX_VARIABLES_CHARACTERS = 32 * 1024 * 1024;

type Message = { started: true } | { result: ConditionResult | FilterResult };

/**
 * Evaluates expressions in a thread of its own, one at a time. The thread starts with the first expression and does not
 * keep the process alive. An evaluation over a limit ends the thread; the next one starts another.
 */
export class ExpressionThread implements Evaluator {
  readonly #file: string;
  #worker: Worker | null = null;
  #last: Promise<unknown> = Promise.resolve();

  /** @param file the built `thread.ts` */
  constructor(file: string) {
    this.#file = file;
  }

  condition(condition: Condition): Promise<ConditionResult> {
    return this.#enqueue<ConditionResult>({ type: 'condition', ...condition });
  }

  filter(filter: Filter): Promise<FilterResult> {
    return this.#enqueue<FilterResult>({ type: 'filter', ...filter });
  }

  /** Ends the thread. A later expression starts another. */
  async close(): Promise<void> {
    await this.#last;
    await this.#end();
  }

  #enqueue<Result extends ConditionResult | FilterResult>(request: EvaluationRequest): Promise<Result> {
    // The thread answers each type of request with its own type of result.
    const result = this.#last.then(() => this.#evaluate(request)) as Promise<Result>;
    this.#last = result;
    return result;
  }

  async #evaluate(request: EvaluationRequest): Promise<ConditionResult | FilterResult> {
    if (JSON.stringify(request).length > MAX_VARIABLES_CHARACTERS) return failure(TOO_LARGE);
    const worker = this.#start();
    worker.ref();
    const result = await answerOf(worker, request);
    worker.unref();
    if (result !== null) return result;
    await this.#end();
    return failure(TOO_LONG);
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(this.#file, {
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_LIMIT_MIB },
      // The thread needs nothing of the process.
      env: {},
    });
    worker.once('exit', () => {
      if (this.#worker === worker) this.#worker = null;
    });
    this.#worker = worker;
    return worker;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}

const TOO_LARGE = 'The values that it can use are larger than 32 MiB. Let the tasks give shorter results.';
const TOO_LONG = 'It took longer than 1 s. Simplify it.';
const TOO_MUCH_MEMORY = 'It needed more than 256 MiB of memory. Simplify it.';

function failure(message: string): EvaluationFailure {
  return { ok: false, message };
}

/** Returns the answer of the thread; null if the evaluation took too long. A thread that died is a failure. */
function answerOf(worker: Worker, request: EvaluationRequest): Promise<ConditionResult | FilterResult | null> {
  return new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    const settle = (result: ConditionResult | FilterResult | null) => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      resolve(result);
    };
    const onMessage = (message: Message) => {
      if ('result' in message) settle(message.result);
      // An answer that arrived while this process was busy counts.
      else timer = setTimeout(() => void setImmediate().then(() => settle(null)), TIME_LIMIT_MS);
    };
    const onError = (error: NodeJS.ErrnoException) => {
      const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      settle(failure(isMemory ? TOO_MUCH_MEMORY : `The expression could not be evaluated: ${error.message}.`));
    };
    const onExit = () => settle(failure('The thread that evaluates expressions ended.'));
    worker.on('message', onMessage);
    worker.once('error', onError);
    worker.once('exit', onExit);
    worker.postMessage(request);
  });
}
