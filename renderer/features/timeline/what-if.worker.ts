import '../../base/jitless.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { answersTo, type WhatIfAnswer, type WhatIfQuestion } from './what-if-answers.ts';

/** Answers requests, of which a newer one cancels an older one. */
class WhatIfWorker {
  #newest = 0;
  /** The crew of the latest request that came with one. */
  #crew: Crew | null = null;

  /** Yields to other messages before each schedule, so that they can cancel it. */
  async answer(question: WhatIfQuestion, post: (answer: WhatIfAnswer) => void): Promise<void> {
    this.#newest = question.id;
    this.#crew = question.crew ?? this.#crew;
    const crew = this.#crew;
    if (!crew || !(await this.#isNewest(question))) return;
    for (const answer of answersTo(question, crew)) {
      post(answer);
      if (!(await this.#isNewest(question))) return;
    }
  }

  async #isNewest({ id }: WhatIfQuestion): Promise<boolean> {
    await new Promise((resolve) => setTimeout(resolve));
    return this.#newest === id;
  }
}

function listen(worker: WhatIfWorker): void {
  self.onmessage = ({ data }: MessageEvent<WhatIfQuestion>) =>
    void worker.answer(data, (answer) => self.postMessage(answer));
}

listen(new WhatIfWorker());
