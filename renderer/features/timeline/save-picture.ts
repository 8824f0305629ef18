import { toBase64 } from '../../base/base64.ts';
import { call } from '../../base/bridge.ts';
import { figuresOfShownRun } from '../../state/figures/run-figures.ts';
import { toast } from '../../state/ui.ts';
import type { WindowState } from '../../state/window-state.ts';

const PNG_SCALE = 2;

/**
 * Asks for a file and writes the timeline of the shown run to it, drawn as in the reports. `crew`: the name of the
 * crew.
 */
export async function savePicture(win: WindowState, crew: string, kind: 'svg' | 'png'): Promise<void> {
  const svg = await figuresOfShownRun(win)?.draw();
  if (svg == null) return;
  const base64 = kind === 'svg' ? toBase64(new TextEncoder().encode(svg)) : await pngOf(svg);
  if (base64 === null) {
    toast(win, 'error', 'The timeline is too large for a PNG. Save it as SVG instead.');
    return;
  }
  const saved = await call('app.save_file', { name: `${crew}_timeline.${kind}`, base64 });
  if (saved.status === 'saved') toast(win, 'info', `Saved: ${saved.path}`);
  else if (saved.status === 'failed') toast(win, 'error', saved.message);
}

/** Null: the browser cannot create a picture of that size. */
async function pngOf(svg: string): Promise<string | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;base64,${toBase64(new TextEncoder().encode(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = image.width * PNG_SCALE;
  canvas.height = image.height * PNG_SCALE;
  canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/png').split(',')[1] || null;
}
