// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { randomRun } from '../../../shared/run/testing/random-run.ts';
import { ManualWorker } from '../../state/figures/testing.ts';
import { applyUpdate, closeRun, showNewRun } from '../../state/run.ts';
import { win } from '../../testing/window.ts';
import { savePicture } from './save-picture.ts';

const { crew, events } = randomRun(1);
const call = vi.fn(async () => JSON.stringify({ status: 'saved', path: '/pictures/crew_timeline.png' }));

beforeEach(() => {
  call.mockClear();
  ManualWorker.all = [];
  vi.stubGlobal('Worker', ManualWorker);
  vi.stubGlobal(
    'Image',
    class {
      decode = async () => {};
    },
  );
  vi.stubGlobal('crewlane', { call });
  win.ui.setState({ toasts: [] });
  showNewRun(win, 'r', crew);
  applyUpdate(win, { run: 'r', events, text: [], now: 0 });
});

afterEach(() => {
  closeRun(win);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** @param url what the browser makes of the picture */
async function save(url: string): Promise<void> {
  vi.spyOn(HTMLCanvasElement.prototype, 'toDataURL').mockReturnValue(url);
  const saved = savePicture(win, 'crew', 'png');
  await vi.waitFor(() => expect(ManualWorker.all[0]?.pending).toHaveLength(1));
  ManualWorker.all[0]?.answer();
  await saved;
}

test('A timeline is saved as a picture', async () => {
  await save('data:image/png;base64,AAAA');
  expect(call).toHaveBeenCalledWith('app.save_file', JSON.stringify({ name: 'crew_timeline.png', base64: 'AAAA' }));
});

test('A timeline too large for a PNG creates no empty file, and a message says what to do', async () => {
  await save('data:,');
  expect(call).not.toHaveBeenCalled();
  expect(win.ui.getState().toasts.map(({ text }) => text)).toEqual([
    'The timeline is too large for a PNG. Save it as SVG instead.',
  ]);
});
