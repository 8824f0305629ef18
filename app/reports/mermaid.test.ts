import fc from 'fast-check';
import { Window } from 'happy-dom';
import type { Mermaid } from 'mermaid';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Crew } from '../../shared/crew/schema.ts';
import { titleOf } from '../../shared/crew/titles.ts';
import { completed, finished, inOrder, makeCrew, ran } from '../../shared/run/testing/journal.ts';
import { dashboardOf, exported } from './testing/exported.ts';

let mermaid: Mermaid;
beforeAll(async () => {
  // Mermaid requires a page when it is loaded.
  const window = new Window();
  Object.assign(globalThis, { window, document: window.document });
  mermaid = (await import('mermaid')).default;
  mermaid.initialize({ startOnLoad: false });
});

/** Words that Mermaid 11 reads as statements at the beginning of a line, and others that caused errors. */
const WORDS = [
  ...['title', 'section', 'click', 'call', 'href', 'gantt', 'dateFormat', 'excludes', 'includes', 'axisFormat'],
  ...['todayMarker', 'tickInterval', 'topAxis', 'inclusiveEndDates', 'accTitle', 'accDescr', 'accDescription'],
  ...['weekday', 'weekday monday', 'weekend', 'weekend friday', 'displayMode', 'vert', 'milestone', 'crit', 'done'],
  ...['active', 'after', 'until', 'end', 'graph', 'flowchart', 'subgraph', 'style', 'class', 'classDef', 'linkStyle'],
  ...['2026-11-30', '2026-11-30 report', '1.', '1. First', '- item', '---', '===', '%%', '%%{init: {}}%%', '# x'],
  ...['a#b', 'a;b', 'a:b', 'a%%b', ':x', ';x', '%x', 'x%y', '"quoted"', '`code`', '(round)', '[square]', '{curly}'],
  ...['a --> b', 'a | b', '<br>', '&amp;', '#35;', '\\n', '📊 Data', 'ﬂ', 'o', 'x', "it's", 'New', 'default', 'href "'],
];
const titlesWith = (word: string) => [word, `${word} page`, `${word} 3 review`, word.toUpperCase()];
const TITLES = WORDS.flatMap(titlesWith);

interface Bar {
  task: string;
  section: string;
}
interface Gantt {
  getTasks(): Bar[];
  getDiagramTitle(): string;
}
interface Flow {
  getVertices(): Map<string, { text: string }>;
  getEdges(): { start: string; end: string }[];
}

function drawingsOf(crew: Crew): string[] {
  const happened = inOrder(
    ...crew.tasks.map(({ name }, at) => [...ran(name, 1, at * 10, at * 10 + 10), completed(name, at * 10 + 10)]),
    finished(crew.tasks.length * 10),
  );
  const dashboard = dashboardOf(exported(crew, happened));
  return [...dashboard.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
}

async function drawn(crew: Crew): Promise<{ bars: Bar[]; title: string; labels: string[]; edges: number }> {
  const [graph = '', flow = ''] = drawingsOf(crew);
  // Rejects text that Mermaid cannot parse, like `mermaid.parse`.
  const gantt = (await mermaid.mermaidAPI.getDiagramFromText(flow)).db as unknown as Gantt; // Typed as any diagram's.
  const chart = (await mermaid.mermaidAPI.getDiagramFromText(graph)).db as unknown as Flow; // Typed as any diagram's.
  const labels = [...chart.getVertices().values()].map(({ text }) => decoded(text));
  const bars = gantt.getTasks().map(({ task, section }) => ({ task: task.replace('\u200b', '').trim(), section }));
  return { bars, title: gantt.getDiagramTitle(), labels, edges: chart.getEdges().length };
}

/** Decodes entities as Mermaid writes them. */
function decoded(text: string): string {
  return text.replace(/ﬂ°°(\d+)¶ß/g, (_, point: string) => String.fromCodePoint(Number(point)));
}

/** Returns the letters and digits, which must all appear in the drawing. */
const letters = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '');

async function expectDrawn(titles: readonly string[]): Promise<void> {
  const crew = makeCrew(
    titles.map((title, at) => ({ name: `t${at}`, title, context: at === 0 ? [] : [`t${at - 1}`] })),
  );
  const shown = crew.tasks.map(titleOf);
  const { bars, title, labels, edges } = await drawn(crew);
  expect(bars.map(({ section }) => section)).toEqual(titles.map(() => 'Slot 1'));
  expect(bars.map(({ task }) => letters(task) || task)).toEqual(
    bars.map(({ task }, at) => letters(shown[at] ?? '') || task),
  );
  expect(bars.map(({ task }) => task)).not.toContain('');
  expect(title).toBe('');
  expect(labels).toEqual(shown);
  expect(edges).toBe(titles.length - 1);
}

describe("Mermaid's own parser", () => {
  // All titles of a word share a drawing, because setting up a drawing takes Mermaid much longer than each of its
  // parts.
  test.each(WORDS)('draws a bar and a node for each title with %j', async (word) => {
    await expectDrawn(['Before', ...titlesWith(word).flatMap((title) => [title, 'Next']), 'After']);
  });

  test('draws a bar and a node for each of many titles together', async () => {
    await expectDrawn(TITLES.slice(0, 90));
  });

  test.each(['style:;x', 'classDef a:#b', 'linkStyle: 50% & more'])('draws a bar and a node for %j', async (title) => {
    await expectDrawn([title]);
  });

  test('draws a bar and a node for any title', async () => {
    const word = fc.constantFrom(...WORDS, ...':;#%,<>&"`\\{}()[]|\n\t ');
    const title = fc.oneof(
      fc.array(word, { maxLength: 4 }).map((words) => words.join('')),
      fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('ﬂ')),
    );
    await fc.assert(fc.asyncProperty(fc.array(title, { minLength: 1, maxLength: 4 }), expectDrawn), { numRuns: 150 });
  });
});
