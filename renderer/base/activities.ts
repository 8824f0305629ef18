import type { Bridge } from '../../shared/ipc/channels.ts';
import { memoized } from '../../shared/memoized.ts';

/**
 * What a window is busy with: the number of unfinished activities by name. A name has no spaces. Code that starts work
 * which ends later (a call, a timer, a worker, a frame) begins an activity, and ends it when the work ends, also if it
 * fails or is cancelled. Work that repeats while nothing changes, such as a clock, is not an activity.
 */
export class Activities {
  readonly #counts = new Map<string, number>();
  #show: (names: readonly string[]) => void = () => undefined;

  /** The names of the unfinished activities, sorted. Empty: the window is idle. */
  get names(): readonly string[] {
    return [...this.#counts.keys()].sort();
  }

  /** Begins an activity. Returns the function that ends it; further calls of that function have no effect. */
  begin(name: string): () => void {
    this.#add(name, 1);
    let hasEnded = false;
    return () => {
      if (hasEnded) return;
      hasEnded = true;
      this.#add(name, -1);
    };
  }

  /** Counts an activity until the work settles. Settles as the work does. */
  async during<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const end = this.begin(name);
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Calls `run` after `ms` milliseconds, and counts the wait. Returns the function that cancels it. */
  after(name: string, ms: number, run: () => void): () => void {
    const end = this.begin(name);
    const timer = setTimeout(() => runThen(run, end), ms);
    return () => {
      clearTimeout(timer);
      end();
    };
  }

  /** Calls `run` before the page is painted next, and counts the wait. Returns the function that cancels it. */
  inFrame(name: string, run: () => void): () => void {
    const end = this.begin(name);
    const frame = requestAnimationFrame(() => runThen(run, end));
    return () => {
      cancelAnimationFrame(frame);
      end();
    };
  }

  /**
   * Writes the names to the attribute `data-busy` of an element, now and after each change; empty when the window is
   * idle. It is not `aria-busy`: screen readers would hold back everything that changes during a run.
   */
  showOn(element: HTMLElement): void {
    this.#show = (names) => element.setAttribute('data-busy', names.join(' '));
    this.#show(this.names);
  }

  #add(name: string, change: 1 | -1): void {
    const before = this.#counts.get(name) ?? 0;
    const count = before + change;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
    if (before === 0 || count === 0) this.#show(this.names);
  }
}

/** What `run` starts begins before the activity ends, so that the window is not idle in between. */
function runThen(run: () => void, end: () => void): void {
  try {
    run();
  } finally {
    end();
  }
}

/** The activities of the page that a bridge connects to the main process. A page has one bridge, and so has a window. */
export const activitiesOfPage: (bridge: Bridge) => Activities = memoized(() => new Activities());
