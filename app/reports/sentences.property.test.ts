import { describe, expect, test } from 'vitest';
import { count, everyRun, makespanOf, type Run, sum } from '../../shared/figures/testing/every-run.ts';
import type { PlainRun } from '../../shared/figures/testing/plain-run.ts';
import { closingText } from '../cli/closing-text.ts';
import { whyText } from '../cli/why-text.ts';
import { dashboardFile } from './dashboard.ts';
import { runObject } from './run-json.ts';
import { summaryFile } from './summary.ts';
import { durationIn, expectDuration } from './testing/durations.ts';

/** Reads the sentences of reports and terminal output about random runs and compares them with the raw events. */

interface Texts {
  dashboard: string;
  summary: string;
  terminal: string;
}
const MOMENT = { wallMs: 0, utcOffsetMin: 0 };
const written = new Map<Run, Texts>();

function textsOf(run: Run): Texts {
  const known = written.get(run);
  if (known) return known;
  const { crew, state, figures } = run;
  const texts = {
    dashboard: dashboardFile(crew, state, figures, MOMENT),
    summary: summaryFile(crew, figures, MOMENT),
    terminal: closingText(runObject(state, new Map(), '/runs/1'), figures) + whyText(figures, figures),
  };
  written.set(run, texts);
  return texts;
}

function everyText(check: (text: string, run: Run) => void): void {
  everyRun((run) => {
    for (const text of Object.values(textsOf(run))) check(text, run);
  });
}

/** Returns the rest of the line that begins with `**name:**`, or null. */
function line(text: string, name: string): string | null {
  return new RegExp(`\\*\\*${name}:\\*\\* (.*)$`, 'm').exec(text)?.[1] ?? null;
}

const hasFailed = (turn: PlainRun['turns'][number]) => ['error', 'timeout', 'crash'].includes(turn.result);
const busyOf = (turns: readonly PlainRun['turns'][number][]) => sum(turns.map(({ start, end }) => end - start));
const statusesOf = (plain: PlainRun) => plain.crew.tasks.map(({ name }) => plain.status(name));

describe('The texts of every run', () => {
  test('texts contain no NaN, no undefined and no null', () => {
    everyText((text) => expect(text).not.toMatch(/NaN|undefined|Infinity|\[object|\bnull\b/));
  });

  test('texts repeat no word', () => {
    everyText((text) => {
      const prose = text.replace(/```[\s\S]*?```|^\|.*$|`[^`]*`/gm, '');
      expect(/\b([a-z]{2,}) \1\b/i.exec(prose)?.[0]).toBeUndefined();
    });
  });

  test('texts have no negative saving and no saving of 0', () => {
    everyText((text) => {
      expect(text).not.toMatch(/saved? -|saved? −|would save 0\.00 s|Time Saved:\*\* -|saved 0\.0%/);
    });
  });

  test('texts contain counts of zero only in tables and lists of figures', () => {
    everyText((text) => {
      expect(text).not.toMatch(/\b0 (?:of them|(?:was|were) (?:skipped|cancelled)|failed|tasks? failed|turns? )/);
    });
  });

  test('nouns agree with their counts', () => {
    const plurals = 'task|turn|slot|result|call|check|wait|time|change|process|agent|resource|row|lease';
    everyText((text) => {
      expect(new RegExp(`(?<![\\d.,])1 (?:${plurals})(?:s|es)\\b`).exec(text)?.[0]).toBeUndefined();
      expect(new RegExp(`(?<![\\d.,])(?!1 )\\d[\\d,]* (?:${plurals})(?!\\w|[- ]\\d)`).exec(text)?.[0]).toBeUndefined();
      expect(text).not.toMatch(/(?<![\d.,])1 (?:were|have|need|end|have not) /);
    });
  });
});

describe('The summary of every run', () => {
  test('the summary counts how the tasks ended, with failed tasks separate from completed ones', () => {
    everyRun((run) => {
      const statuses = statusesOf(run.plain);
      const of = (status: string) => count(statuses, (one) => one === status);
      const { summary } = textsOf(run);
      if (of('completed') === statuses.length && run.figures.counts.degraded === 0) {
        expect(summary).toContain(
          statuses.length === 1 ? 'The task completed.' : `All ${statuses.length} tasks completed.`,
        );
        return;
      }
      const [, total, ends = ''] = /Of its (\d+) tasks?, (.*?)\. It took/.exec(summary) ?? [];
      expect(Number(total)).toBe(statuses.length);
      const degraded = run.plain.of('task.completed').filter((event) => event.degraded === true).length;
      for (const [word, expected] of [
        ['completed', of('completed')],
        ['failed', of('failed')],
        ['(?:was|were) skipped', of('skipped')],
        ['of them degraded', degraded],
      ] as const) {
        expect(Number(new RegExp(`(\\d+) ${word}`).exec(ends)?.[1] ?? 0)).toBe(expected);
      }
    });
  });

  test('the summary gives the makespan, the pauses and the highest number of turns at once', () => {
    everyRun((run) => {
      const { plain } = run;
      const counted = plain.milliseconds().filter((t) => !plain.isOut(t));
      const [, took, paused] =
        /It took (.*?)(?:, not counting the (.*?) for which it was paused)?(?:,| and the) /.exec(
          textsOf(run).summary,
        ) ?? [];
      expectDuration(took, counted.length);
      expectDuration(paused ?? '0.00 s', plain.end - counted.length);
      const peak = Math.max(0, ...counted.map((t) => plain.running(t)));
      expect(textsOf(run).summary).toContain(`with at most ${peak} turn${peak === 1 ? '' : 's'} running at once`);
    });
  });

  test('the summary reports the exact gain or loss of time', () => {
    everyRun((run) => {
      const makespan = makespanOf(run.plain);
      const sequential = busyOf(run.plain.turns);
      const said = line(textsOf(run).summary, 'Time Saved') ?? '';
      const gain = sequential === 0 ? 0 : 1 - makespan / sequential;
      if (sequential === 0) expect(said).toBe('none, since nothing ran.');
      else if (gain >= 0.0005) expect(Number(/^([\d.]+)%/.exec(said)?.[1])).toBeCloseTo(gain * 100, 0);
      else if (gain <= -0.0005)
        expect(Number(/took ([\d.,]+)% longer/.exec(said)?.[1]?.replace(',', ''))).toBeCloseTo(-gain * 100, 0);
      else expect(said).toMatch(/^none: an estimated/);
    });
  });

  test('the summary gives the number of failed turns and their busy time', () => {
    everyRun((run) => {
      const failed = run.plain.turns.filter(hasFailed);
      const said = line(textsOf(run).summary, 'Attempts') ?? '';
      if (failed.length === 0) {
        expect(said).toBe('none failed.');
        return;
      }
      expect(said).toMatch(new RegExp(`^${failed.length} turns? failed and took `));
      expectDuration(/took (.*?)\.(?: |$)/.exec(said)?.[1], busyOf(failed));
      const recovered = run.plain.crew.tasks.filter(
        ({ name }) =>
          run.plain.status(name) === 'completed' &&
          run.plain.of('attempt.started').some((event) => event.task === name && event.attempt > 1),
      );
      expect(Number(/(\d+) tasks? completed after/.exec(said)?.[1] ?? 0)).toBe(recovered.length);
    });
  });
});

describe('Savings', () => {
  test('savings refer to the makespan of the run wherever they are named', () => {
    everyText((text, { plain }) => {
      const makespan = makespanOf(plain);
      for (const [, saves, of, share] of text.matchAll(/would save (\S+ s) of (.*?) \(([\d.]+)%\)/g)) {
        expectDuration(of, makespan);
        expect(durationIn(saves ?? '')).toBeLessThanOrEqual(makespan + 5);
        expect(Math.abs(Number(share) / 100 - durationIn(saves ?? '') / makespan)).toBeLessThan(0.001 + 5 / makespan);
      }
    });
  });

  test('a number of slots is recommended only if the run completed and the simulation is close to it', () => {
    everyText((text, { figures: { outcome, bottlenecks } }) => {
      const isAssessed = bottlenecks.isComparable && ['completed', 'completed_degraded'].includes(outcome);
      if (isAssessed) expect(text).not.toContain('Recommended:** not assessed');
      else expect(text).not.toMatch(/Recommended:\*\* (?!not assessed)|, recommended \||\| recommended \|/);
    });
  });

  test('fewer slots are never recommended if the run would take longer', () => {
    everyText((text, { figures: { scaling, slots } }) => {
      const at = (number: number) => scaling.points.find((point) => point.slots === number)?.makespanMs ?? 0;
      const fewer =
        /(?:Fewer slots are enough:\*\*|Recommended:\*\*) (\d+) slots? (?:would take as long|instead of \d+, in)/.exec(
          text,
        )?.[1];
      if (fewer === undefined) return;
      expect(Number(fewer)).toBeLessThan(slots);
      expect(at(Number(fewer))).toBeLessThanOrEqual(at(slots) * 1.01);
    });
  });
});

test('Advice on slots is given once, and never both ways', () => {
  everyText((text) => {
    const advice = text.match(/^\d+\. \*\*(?:One more slot|More slots|Fewer slots are enough):/gm) ?? [];
    expect(advice.length).toBeLessThanOrEqual(1);
  });
});

describe('The dashboard of every run', () => {
  test('the dashboard gives shares of time by number of turns that add up to 100%', () => {
    everyRun((run) => {
      const { plain } = run;
      const counted = plain.milliseconds().filter((t) => !plain.isOut(t));
      const said = line(textsOf(run).dashboard, 'Time by Level') ?? '';
      const shares = [...said.matchAll(/(\d+): ([\d.]+)%/g)].map(
        ([, level, share]) => [Number(level), Number(share)] as const,
      );
      if (counted.length === 0) {
        expect(said).toBe('nothing ran');
        return;
      }
      expect(sum(shares.map(([, share]) => share))).toBeCloseTo(100, 6);
      for (const [level, share] of shares) {
        const exact = (100 * count(counted, (t) => plain.running(t) === level)) / counted.length;
        expect(Math.abs(share - exact)).toBeLessThan(0.1);
      }
    });
  });

  test('the dashboard gives shares of the critical path that add up to 100%', () => {
    everyRun((run) => {
      const [, path = ''] = textsOf(run).dashboard.split('### Critical Path');
      const rows = [...(path.split('### Waiting')[0] ?? '').matchAll(/\| ([\d.]+)% \|$/gm)];
      const total = sum(rows.map(([, share]) => Number(share)));
      // Links too short to be shown are left out; each is under 0.1% of a second.
      if (rows.length > 0) expect(total).toBeLessThanOrEqual(100.000_001);
    });
  });
});

describe('The terminal after every run', () => {
  test('the terminal gives the success rate, the makespan and the end of each task', () => {
    everyRun((run) => {
      const statuses = statusesOf(run.plain);
      const completed = count(statuses, (status) => status === 'completed');
      const { terminal } = textsOf(run);
      const [, rate, done, total] = /Success rate +([\d.]+)% \((\d+) of (\d+)\)/.exec(terminal) ?? [];
      expect([Number(done), Number(total)]).toEqual([completed, statuses.length]);
      expect(Number(rate)).toBeCloseTo((100 * completed) / statuses.length, 1);
      expectDuration(/Makespan +(.*)$/m.exec(terminal)?.[1], makespanOf(run.plain));
      for (const status of ['completed', 'failed', 'skipped']) {
        const rows = terminal.match(new RegExp(`  ${status}(?:, [a-z ,]+)?  +(?:concurrent|sequential)$`, 'gm')) ?? [];
        expect(rows).toHaveLength(count(statuses, (one) => one === status));
      }
    });
  });
});
