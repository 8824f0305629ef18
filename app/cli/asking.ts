import { openReviews } from '../../shared/run/review.ts';
import type { RunHandle } from '../engine/request.ts';
import { askReview } from './ask-review.ts';
import type { Io } from './io.ts';
import type { Person } from './person.ts';
import type { Progress } from './progress.ts';

/**
 * Asks the person at the terminal what a run asks, one question at a time, while its progress is hushed. Where they end
 * their input the run is left interrupted, and asks again when it is resumed. @returns what ends it
 */
export function askAtTerminal(run: RunHandle, io: Io, person: Person, progress: Progress): () => void {
  let isAsking = false;
  let isOver = false;
  const withdrawn = new Set<AbortController>();

  const askNext = async () => {
    if (isAsking) return;
    isAsking = true;
    for (let next = openReviews(run.state); next.length > 0 && !isOver; next = openReviews(run.state)) {
      await ask(next);
    }
    isAsking = false;
  };

  const ask = async (open: ReturnType<typeof openReviews>) => {
    const [review] = open;
    if (!review) return;
    const loud = progress.hush();
    const control = new AbortController();
    withdrawn.add(control);
    const endWatch = run.subscribe(() => {
      if (!openReviews(run.state).some(({ task }) => task === review.task)) control.abort();
    });
    const answer = await askReview({ run, review, io, person, waiting: open.length, withdrawn: control.signal });
    endWatch();
    withdrawn.delete(control);
    if (answer !== null) {
      const taken = await run.answerReview(review.task.name, answer);
      if (!taken.ok) io.stderr(`${taken.message}\n`);
    } else if (!control.signal.aborted) run.interrupt('review');
    loud();
  };

  const endAsking = run.subscribe((events) => {
    if (events.some((event) => event.type === 'review.asked')) void askNext();
  });
  void askNext();
  return () => {
    isOver = true;
    endAsking();
    for (const control of withdrawn) control.abort();
  };
}
