import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Call } from './call.ts';
import type { BenchTask } from './workload.ts';

/** Another scheduler: runs each task's call once all that it needs has ended, as many at once as it is allowed. */
export interface Peer {
  /** Its package. */
  name: string;
  run(tasks: BenchTask[], slots: number, call: Call): Promise<void>;
  /** It is left out where there are more tasks; `tooMany` says why. */
  most?: { tasks: number; tooMany: string };
}

const FILES = ['p-queue', 'langgraph', 'mastra', 'kaibanjs'];

/** The peers installed in `folder`, each with its version. */
export async function loadPeers(folder: string): Promise<(Peer & { version: string })[]> {
  return Promise.all(
    FILES.map(async (file) => {
      // The modules are installed for the benchmark alone, and typed by the JSDoc of their own.
      const peer = (await import(pathToFileURL(join(folder, 'peers', `${file}.mjs`)).href)) as Peer;
      return { ...peer, version: versionOf(folder, peer.name) };
    }),
  );
}

function versionOf(folder: string, name: string): string {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/${name}`].version;
}
