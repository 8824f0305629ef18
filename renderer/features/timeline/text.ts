import { memoized } from '../../../shared/memoized.ts';

/** The widths of the texts that a context has drawn, by font and text. */
const widthsOf = memoized((_ctx: CanvasRenderingContext2D) => new Map<string, number>());
/** Long runs use many labels. The cache of widths is cleared at this size. */
const MAX_WIDTHS = 20_000;

/** Truncates a text to `room` pixels in the context's font, with an ellipsis; '' if almost nothing fits. */
export function truncateToWidth(ctx: CanvasRenderingContext2D, text: string, room: number): string {
  if (room < 14) return '';
  const width = widthOf(ctx, text);
  if (width <= room) return text;
  // Letters differ in width, so the first guess may be too long.
  for (let kept = Math.floor((room / width) * text.length); kept >= 2; kept -= 1) {
    const short = truncate(text, kept);
    if (widthOf(ctx, short) <= room) return short;
  }
  return '';
}

/** Truncates a text to a number of letters, with an ellipsis. Keeps a number at the end, which distinguishes names. */
function truncate(text: string, kept: number): string {
  const number = /(?<=[^\s\d])\d+$/.exec(text)?.[0] ?? '';
  if (number !== '' && number.length + 2 <= kept) return `${text.slice(0, kept - number.length)}…${number}`;
  return `${text.slice(0, kept)}…`;
}

/** The width of a text in the context's font, in pixels. Remembered per font and text. */
export function widthOf(ctx: CanvasRenderingContext2D, text: string): number {
  const widths = widthsOf(ctx);
  const key = `${ctx.font}|${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size > MAX_WIDTHS) widths.clear();
  const { width } = ctx.measureText(text);
  widths.set(key, width);
  return width;
}
