import type { Bar, Group } from './results.ts';

const LABEL_X = 12;
const BARS_X = 190;
const BARS_WIDTH = 520;
const BAR = 16;
const GAP = 4;
const GROUP_GAP = 34;
const COLORS = ['#2563eb', '#94a3b8', '#a78bfa', '#f59e0b', '#f472b6'];

/** Returns an SVG with groups of bars of makespan ÷ lower bound. Every bar begins at 1, the lower bound. */
export function plotOf(groups: readonly Group[]): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio)));
  const width = (ratio: number) => ((ratio - 1) / (most - 1)) * BARS_WIDTH;
  let y = 40;
  const drawn: string[] = [];
  for (const { title, goal, bars } of groups) {
    drawn.push(text(LABEL_X, y, title, 'bold'));
    y += 10;
    const top = y;
    bars.forEach((bar, index) => {
      drawn.push(...barOf(bar, y, width(bar.ratio), COLORS[index % COLORS.length] ?? '#94a3b8'));
      y += BAR + GAP;
    });
    if (goal !== null) {
      const x = BARS_X + width(goal);
      drawn.push(`<line x1="${x}" y1="${top - 4}" x2="${x}" y2="${y}" stroke="#dc2626" stroke-dasharray="4 3"/>`);
    }
    y += GROUP_GAP;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 ${y}" font-family="sans-serif" font-size="13" fill="#0f172a">`,
    '<title>Makespan over the lower bound</title>',
    `<rect width="800" height="${y}" fill="#ffffff"/>`,
    text(LABEL_X, 18, 'Makespan ÷ lower bound (1 is the minimum; dashed: the goal)', 'normal'),
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function barOf({ name, ratio }: Bar, y: number, width: number, color: string): string[] {
  const middle = y + BAR - GAP;
  return [
    text(LABEL_X + 12, middle, name, 'normal'),
    `<rect x="${BARS_X}" y="${y}" width="${width.toFixed(1)}" height="${BAR}" fill="${color}"/>`,
    text(BARS_X + width + 6, middle, ratio.toFixed(3), 'normal'),
  ];
}

function text(x: number, y: number, content: string, weight: string): string {
  const escaped = content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x.toFixed(1)}" y="${y}" font-weight="${weight}">${escaped}</text>`;
}
