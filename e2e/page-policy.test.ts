/// <reference lib="dom" />
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, SEED_CREW, TWO_STEPS, test } from './app.ts';

test('text never becomes markup or code, and the workers of the window run', async ({ open }) => {
  const { page, problems } = await open({ file: SEED_CREW });
  await expect(page.getByText(/predicted/i).first()).toBeVisible();
  const before = await page
    .getByLabel(/^Task /)
    .first()
    .boundingBox();
  await page.getByRole('button', { name: 'Auto layout' }).click();
  await expect
    .poll(() =>
      page
        .getByLabel(/^Task /)
        .first()
        .boundingBox(),
    )
    .not.toEqual(before);
  expect(problems).toEqual([]);

  const refused = await page.evaluate(() => {
    const attempts: Record<string, () => unknown> = {
      innerHTML: () => {
        document.createElement('div').innerHTML = '<b>x</b>';
      },
      outerHTML: () => {
        document.body.appendChild(document.createElement('i')).outerHTML = '<b>x</b>';
      },
      insertAdjacentHTML: () => document.body.insertAdjacentHTML('beforeend', '<b>x</b>'),
      'document.write': () => document.write('<b>x</b>'),
      DOMParser: () => new DOMParser().parseFromString('<b>x</b>', 'text/html'),
      script: () => {
        document.createElement('script').src = 'https://example.org/x.js';
      },
      'worker elsewhere': () => new Worker('https://example.org/x.js'),
      'worker of a text': () => new Worker(URL.createObjectURL(new Blob(['1'])).replace('crewlane:', 'other:')),
    };
    const held: string[] = [];
    for (const [name, attempt] of Object.entries(attempts)) {
      try {
        attempt();
        held.push(name);
      } catch (error) {
        if (!(error instanceof TypeError)) held.push(`${name}: ${error}`);
      }
    }
    return held;
  });
  expect(refused).toEqual([]);
});

test('a page sends no packet through a peer connection', async ({ open }) => {
  const { page } = await open();
  await page.getByRole('region', { name: 'Crew canvas' }).waitFor();
  const socket = createSocket('udp4');
  let packets = 0;
  socket.on('message', () => {
    packets += 1;
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  try {
    const ended = await page.evaluate(async (port) => {
      try {
        const peer = new RTCPeerConnection({ iceServers: [{ urls: `stun:127.0.0.1:${port}` }] });
        peer.createDataChannel('x');
        await peer.setLocalDescription(await peer.createOffer());
        const gathered = () => peer.iceGatheringState === 'complete';
        if (!gathered()) {
          await new Promise<void>((resolve) => {
            peer.addEventListener('icegatheringstatechange', () => gathered() && resolve());
          });
        }
        return 'gathered';
      } catch (error) {
        return `refused: ${error}`;
      }
    }, socket.address().port);
    expect(ended).toMatch(/^(gathered|refused)/);
    expect(packets).toBe(0);
  } finally {
    socket.close();
  }
});

test('a window refuses navigation to any other page', async ({ open }) => {
  const { page, electron } = await open({ file: TWO_STEPS, rehearsalSpeed: 50 });
  await page
    .getByLabel(/^Task /)
    .first()
    .waitFor();
  const own = page.url();
  // Navigated from the main process, because Playwright would wait for the refused navigation.
  const inPage = (script: string) =>
    electron.evaluate(
      ({ BrowserWindow }, code) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(code),
      script,
    );
  const state = () => inPage(`[location.href, document.querySelector('[aria-label^="Task "]') !== null]`);
  const elsewhere = [
    'about:blank',
    'about:srcdoc',
    'data:text/html,<h1>x</h1>',
    'blob:null/x',
    'https://example.org/',
    'file:///etc/passwd',
    'crewlane://other/index.html',
    'crewlane://app/assets/other.js',
    'javascript:document.title="x"',
  ];
  const ways = [
    (url: string) => `location.href = ${url}`,
    (url: string) => `location.replace(${url})`,
    (url: string) => `Object.assign(document.createElement('a'), { href: ${url} }).click()`,
  ];
  for (const url of elsewhere) {
    for (const way of ways) {
      const script = way(JSON.stringify(url));
      await inPage(`setTimeout(() => { ${script} }); undefined`);
      await expect.poll(() => state().catch(String), script).toEqual([own, true]);
    }
  }
  const bridges = await inPage(`(async () => {
    for (const src of ['about:blank', 'data:text/html,x', 'https://example.org/', location.href]) {
      document.body.append(Object.assign(document.createElement('iframe'), { src }));
    }
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const names = Object.keys(window).filter((name) => /crewlane/i.test(name));
    const hasBridge = ({ contentWindow }) => {
      try {
        return names.some((name) => name in contentWindow);
      } catch {
        return false;
      }
    };
    return [names.length, [...document.querySelectorAll('iframe')].some(hasBridge)];
  })()`);
  expect(bridges).toEqual([1, false]);
  await inPage(
    `[...document.querySelectorAll('button')].find(({ textContent }) => textContent.trim() === 'Run').click()`,
  );
  await expect.poll(() => inPage(`document.querySelector('[role=status]').textContent`)).toContain('2 of 2 done');
});
