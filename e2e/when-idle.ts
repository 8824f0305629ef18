import { expect, type Page } from 'playwright/test';

/**
 * Waits until a window has finished what it started: calls to main, timers, workers and frames. A failure names what
 * the window is still busy with. During a run, the window always draws the next frame of the timeline, if it is shown.
 */
export async function whenIdle(page: Page): Promise<void> {
  await expect.poll(() => busyWith(page), { message: 'what the window is busy with', intervals: [50] }).toEqual([]);
}

/**
 * What the window has been busy with during two frames, in which an answer is rendered and can start something else.
 */
async function busyWith(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const root = document.documentElement;
    const names = new Set<string>();
    // Without the attribute, the window has not started.
    const read = () => (root.dataset['busy'] ?? 'start').split(' ').forEach((name) => void names.add(name));
    const changes = new MutationObserver(read);
    changes.observe(root, { attributeFilter: ['data-busy'] });
    read();
    for (let frames = 0; frames < 2; frames += 1) await new Promise((drawn) => requestAnimationFrame(drawn));
    read();
    changes.disconnect();
    return [...names].filter((name) => name !== '').sort();
  });
}
