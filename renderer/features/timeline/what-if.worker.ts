import '../../base/jitless.ts';
import type { Crew } from '../../../shared/crew/schema.ts';
import { answersTo, type WhatIfAnswer, type WhatIfQuestion } from './what-if-answers.ts';

let newest = 0;
let latest: Crew | null = null;

/** Yields to other messages before each schedule, so that a newer request cancels an older one. */
self.onmessage = async ({ data }: MessageEvent<WhatIfQuestion>) => {
  newest = data.id;
  latest = data.crew ?? latest;
  const crew = latest;
  const isWanted = async () => {
    await new Promise((resolve) => setTimeout(resolve));
    return newest === data.id;
  };
  if (!crew || !(await isWanted())) return;
  for (const answer of answersTo(data, crew)) {
    self.postMessage(answer satisfies WhatIfAnswer);
    if (!(await isWanted())) return;
  }
};
